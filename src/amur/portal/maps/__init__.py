"""The map: vector tiles, style and widget. Subjects register layers (`layers`), pages use the tags."""
