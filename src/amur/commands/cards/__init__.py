"""`amur cameras import`: memory cards of camera traps on the command line."""
