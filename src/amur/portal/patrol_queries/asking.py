"""A question to patrols as a pure description: a measure, by what, of which patrols. Knows no request.

`Question.of` reads what an address or a stored question says, and names all that is wrong with it.

>>> Question.of({"measure": "distance", "by": "month", "start": "2026-03-01"}).as_dict()
{'measure': 'distance', 'by': 'month', 'start': '2026-03-01'}
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amur.science.effort import MEASURES, Measure

GROUPS: Final = (
    "month", "week", "year", "patrol", "leader", "member", "team", "station", "mandate", "transport", "kind",
    "office", "area", "category",
)  # fmt: skip
CELLS_M: Final = (500, 1000, 2000, 5000, 10_000)
FROM_TRACKS: Final = frozenset({"track_hours", "standing_hours", "fixes", "flagged", "removed_km"})
"""Columns that are read from the files of fixes."""
OF_AREAS: Final = ("coverage", "days_since_visit")
LONGEST: Final = 1000


class Wrong(ValueError):
    """A question that cannot be asked; what is wrong, by field."""

    def __init__(self, problems: Mapping[str, str | Promise]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{field}: {text}" for field, text in problems.items()))


@dataclass(frozen=True, slots=True)
class Question:
    """A measure, the groups it is told by ("" none), and the filters; empty filters mean all."""

    measure: str
    by: str = ""
    attribute: str = ""
    start: datetime.date | None = None
    end: datetime.date | None = None
    office: str = ""
    kind: str = ""
    mandate: str = ""
    station: str = ""
    team: str = ""
    transport: str = ""
    category: str = ""
    area: str = ""
    cell: int = 1000

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Question":
        """What a mapping of words asks; unknown names in it are ignored. Raises Wrong."""
        problems: dict[str, str | Promise] = {}
        values: dict[str, Any] = {}
        for field in fields(cls):
            word = str(given.get(field.name) or "").strip()[:LONGEST]
            if field.name in ("start", "end"):
                values[field.name] = _date(field.name, word, problems)
            elif field.name == "cell":
                values["cell"] = _cell(word, problems)
            else:
                values[field.name] = word
        question = cls(**values)
        problems.update(_faults(question))
        if problems:
            raise Wrong(problems)
        return question

    def as_dict(self) -> dict[str, Any]:
        """What the question says, without what is empty or usual; for addresses and JSON."""
        told: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "measure" and value == field.default:
                continue
            told[field.name] = value.isoformat() if isinstance(value, datetime.date) else value
        return told

    @property
    def asked(self) -> Measure:
        """The measure itself."""
        return MEASURES[self.measure]

    @property
    def needs_tracks(self) -> bool:
        """Whether files of fixes have to be read."""
        return bool(FROM_TRACKS & set(self.asked.needs))

    @property
    def needs_ways(self) -> bool:
        """Whether the lines of the ways are needed."""
        return self.asked.family == "cells" or bool(self.area) or self.by == "area"

    @property
    def needs_finds(self) -> bool:
        """Whether observations are needed."""
        return self.asked.family in ("finds", "numbers", "rates") or self.by == "category"


def _date(name: str, word: str, problems: dict[str, str | Promise]) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(word) if word else None
    except ValueError:
        problems[name] = _("This is no day; write one such as 2026-03-01.")
        return None


def _cell(word: str, problems: dict[str, str | Promise]) -> int:
    if not word:
        return 1000
    if not word.isdecimal() or int(word) not in CELLS_M:
        problems["cell"] = _("Cells are 500, 1000, 2000, 5000 or 10,000 metres wide.")
        return 1000
    return int(word)


def _faults(question: Question) -> dict[str, str | Promise]:
    """What does not go together."""
    if question.measure not in MEASURES:
        return {"measure": _("There is no such measure; choose one from the list.")}
    found: dict[str, str | Promise] = {}
    measure = question.asked
    if question.by and question.by not in GROUPS:
        found["by"] = _("There are no such groups; choose some from the list.")
    if measure.family == "numbers" and not question.attribute:
        found["attribute"] = _("This measure is one of an attribute; choose which.")
    if measure.family != "numbers" and question.attribute:
        found["attribute"] = _("This measure uses no attribute; leave it empty.")
    if question.by == "category" and measure.family not in ("finds", "numbers", "rates"):
        found["by"] = _("Only finds have a category; choose a measure of finds.")
    if (question.area or question.by == "area") and not measure.within:
        found["measure"] = _("This measure is not known for a part of a day; leave areas out.")
    if question.measure in OF_AREAS and not (question.area or question.by == "area"):
        found["area"] = _("This measure is one of an area; choose an area, or groups by area.")
    if question.area and question.by == "area":
        found["by"] = _("Choose one area or groups by area, not both.")
    if question.start and question.end and question.start > question.end:
        found["end"] = _("The end lies before the start.")
    return found
