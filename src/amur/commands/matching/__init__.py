"""`amur matching …`: rounds between two offices with files, by the same functions as the pages."""
