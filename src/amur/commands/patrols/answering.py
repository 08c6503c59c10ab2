"""`amur patrols answer`: the saved questions that are to be answered each month, for the month that ended.

Meant for a timer at the first of a month; a month is answered once, however often the command runs.
"""

from __future__ import annotations

import argparse

from amur.commands.jobs.wiring import Add
from amur.portal.operations.problems import _


def add_answer_patrols(add: Add) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    add("answer", run_answer, _("answer the saved questions of the month that ended"))


def run_answer(options: argparse.Namespace) -> int:
    """Answer and say how many; 1 when some could not be answered."""
    from amur.portal.operations.prepare import open_site

    open_site(options.data_folder)
    from django.utils import timezone

    from amur.portal.patrol_queries import actions

    done, failed = actions.answer_month(timezone.localdate())
    print(_("questions answered: {count}").format(count=done), flush=True)
    for name in failed:
        print(_("not answered: {name}").format(name=name), flush=True)
    return 1 if failed else 0
