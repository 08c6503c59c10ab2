"""Floor 1: mathematics on arrays. Opens no file, reads no clock, knows no Django, prints nothing."""
