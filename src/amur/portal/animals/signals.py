"""What other subjects may listen to: `changed` is sent after a merge or a split was said or taken back.

Receivers get `office`, the office whose animals changed, inside the transaction of the change.
"""

from django.dispatch import Signal

changed = Signal()
