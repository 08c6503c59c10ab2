"""What the room says in the reader's language: kinds of keys, rules of cleaning, problems of an import."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from amur.portal.patrols.models import KeyMapping
from amur.portal.runs.queries import PROBLEMS as RUN_PROBLEMS

Text = str | Promise

KINDS: Final[Mapping[str, Text]] = {kind.value: kind.label for kind in KeyMapping.Kind}
RULES: Final[Mapping[str, tuple[Text, Text]]] = {
    "incomplete": (_("incomplete"), _("Fixes without time or place.")),
    "zero": (_("no fix"), _("Fixes at 0° N, 0° E, as phones write them without a satellite.")),
    "clock": (
        _("wrong clock"),
        _("Fixes more than a day before the start of the patrol or after its end."),
    ),
    "duplicate": (_("repeated"), _("The same time and place again.")),
    "simultaneous": (_("at two places"), _("The same time at another place.")),
    "spike": (_("spike"), _("Faster than 120 km/h both before and after; its neighbours stay.")),
    "standing": (
        _("standing"),
        _("Between the first and last fix of 10 minutes or more within 30 m: no kilometres, all hours."),
    ),
    "gap": (_("gap"), _("Ways faster than 120 km/h or longer than 4 hours.")),
}
OF_FILES: Final[Mapping[str, tuple[Text, Text]]] = {
    "archive-unsafe": (
        _("The archive is not opened: {reason}."),
        _("Pack the files of SMART as an ordinary ZIP archive."),
    ),
    "archive-empty": (
        _("There is neither XML nor JSON of SMART in the archive."),
        _("Pack files of SMART or of its phones."),
    ),
    "file-large": (
        _("The file has more than {limit} bytes."),
        _("Export fewer patrols at a time."),
    ),
    "incident-twice": (
        _("The incident {incident} stands in {other}, too, and not the same."),
        _("Leave one of them."),
    ),
    "patrol-twice": (
        _("The patrol {patrol} stands in {other}, too, and not the same."),
        _("Leave one of them."),
    ),
    "model-twice": (
        _("There is another data model in the archive."),
        _("Give one data model at a time."),
    ),
    "clock-none": (
        _("No clock at {zone} showed {time}: the clocks were put forward then."),
        _("Correct the time in SMART."),
    ),
}
OF_RUNS: Final[Mapping[str, Text]] = {
    "no-right": _("You may no longer do this for this office."),
    "upload-gone": _("The file that came up is not there any more; give it again."),
    "more": _("… and {count} more."),
    **RUN_PROBLEMS,
}


def told(problem: Mapping[str, Any]) -> str:
    """A problem of a run as a sentence with its place: file, row and column."""
    code, params = str(problem.get("code", "")), dict(problem.get("params") or {})
    if code in OF_RUNS:
        return str(OF_RUNS[code]).format_map(params)
    if code in OF_FILES:
        text, expected = (str(part).format_map(params) for part in OF_FILES[code])
    else:
        text, expected = str(problem.get("text") or code), str(problem.get("expected") or "")
    return f"{_place_of(problem)}: {text} {expected}".strip()


def _place_of(problem: Mapping[str, Any]) -> str:
    """Where: the file, and the row and column as far as they are known."""
    parts = [str(problem.get("file") or "")]
    if problem.get("row") is not None:
        parts.append(translated("row %(row)s") % {"row": problem["row"]})
    if problem.get("column") is not None:
        parts.append(translated("column %(column)s") % {"column": problem["column"]})
    return ", ".join(parts)
