"""The process that does waiting runs, oldest first: `python -m amur.portal.runs.worker`.

`actions.wake` starts it, detached from the server, whenever something waits. It ends when nothing waits
or when enough others work already; then these find what waits.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from uuid import UUID


def work_through() -> int:
    """Do waiting runs as long as there are any and a slot is free; returns how many were tried.

    Each is tried once: one that a silent process still holds must not be asked for again and again.
    """
    from amur.portal.runs import actions, live
    from amur.portal.runs.execution import work_on

    tried: list[UUID] = []
    with suppress(live.Busy):
        # After the slot is given back one must look again: whoever came in between found it taken and left.
        while actions.next_waiting(tried) is not None:
            with live.slot():
                while (uuid := actions.next_waiting(tried)) is not None:
                    tried.append(uuid)
                    work_on(uuid)
    return len(tried)


def main() -> int:
    """Start Django, hold the data folder against a restore, and work."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.portal.settings")
    import django

    django.setup()
    from django.conf import settings

    from amur.portal.operations import data_folder
    from amur.portal.runs import actions

    data = Path(settings.AMUR_DATA)
    with data_folder.locked(
        data / data_folder.IN_USE, alone=False, otherwise="The folder is being restored."
    ):
        actions.give_up_lost()
        work_through()
    return 0


if __name__ == "__main__":
    sys.exit(main())
