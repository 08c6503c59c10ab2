"""What the search tells others.

`searched` is sent once a question is answered, with `language` (of the address), `words` (as they were typed)
and `found` (the number of items). It says nothing about who asked.
"""

from django.dispatch import Signal

searched = Signal()
