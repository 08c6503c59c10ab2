"""`amur camtrapdp …`: camera-trap packages on the command line."""
