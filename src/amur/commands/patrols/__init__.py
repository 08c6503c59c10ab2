"""`amur patrols …`: files of ranger patrols on the command line."""
