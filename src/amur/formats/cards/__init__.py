"""Memory cards of camera traps: folders and ZIP archives of pictures and videos, and what each file tells.

`sources` walks a card, `readers` looks into its files in child processes with limits, so that a hostile file
can at the most end its child. `looks`, `exif`, `makers` and `movies` run inside of them (`child`). What they
find is a `Seen`. Called by `portal.cameras.cards_work`.
"""
