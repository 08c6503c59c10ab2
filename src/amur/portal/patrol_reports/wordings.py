"""What the room says in the reader's language: flags with advice, problems."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amur.portal.runs.queries import PROBLEMS as RUN_PROBLEMS

Text = str | Promise

ADVICE: Final[Mapping[str, tuple[Text, Text]]] = {
    "incomplete": (
        _("Fixes without time or place do not count."),
        _("Wait until the receiver has found its place before you walk off."),
    ),
    "zero": (
        _("The receiver had no satellite and wrote 0° N, 0° E."),
        _("Wait until the receiver has found its place before you walk off."),
    ),
    "clock": (
        _("The clock of the receiver was wrong: these fixes are far from the days of the patrol."),
        _("Let the receiver set its clock by the satellites before you go out."),
    ),
    "duplicate": (_("The file has these fixes more than once; they count once."), ""),
    "simultaneous": (
        _("Two places at the same time: of these fixes one counts."),
        _("Record each day with one receiver only."),
    ),
    "spike": (
        _("The receiver jumped far away and back; the jump does not count."),
        _("Wear the receiver where it sees the sky."),
    ),
    "standing": (_("While you stood, the receiver trembled: no kilometres, but all the time counts."), ""),
    "gap": (
        _("The receiver was off or lost for a while: the way between does not count."),
        _("Keep the receiver on, and change its batteries before they are empty."),
    ),
}
"""By rule of the cleaning ledger: what happened, and what to do better ("" where there is nothing to do)."""
WORTH_A_LOOK: Final = tuple(rule for rule, (_what, better) in ADVICE.items() if better)
PROBLEMS: Final[Mapping[str, Text]] = {
    "no-right": _("You may no longer do this for this office."),
    "nothing": _("There is no patrol in this period."),
    "fonts-missing": _("The fonts for files are not installed; tell the people who run the centre."),
    **RUN_PROBLEMS,
}
