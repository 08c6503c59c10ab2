"""`amur stripes …`: individuals by their coats, on the command line."""
