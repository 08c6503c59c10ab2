"""An answer as the page and the files tell it: names of groups, values in words, pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from amur.portal.languages.codes import Language
from amur.portal.offices.models import Office
from amur.portal.patrol_queries import drawing, wordings
from amur.portal.patrol_queries.answering import Answer, Line
from amur.portal.patrol_queries.cells import MOST, EffortMap
from amur.portal.patrol_queries.grouping import OUTSIDE
from amur.portal.patrols import measure_words

IN_TIME: Final = ("month", "week", "year")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of keys in the reader's language: categories, areas."""

    categories: Mapping[str, str]
    areas: Mapping[str, str]

    def of(self, by: str, line: Line) -> str:
        """The name of a group."""
        if by == "area":
            return _("outside all areas") if line.key == OUTSIDE else self.areas.get(line.key, line.name)
        if not line.key:
            return _("unknown")
        if by == "category":
            return self.categories.get(line.key, line.key)
        if by == "office":
            office = Office.objects.filter(key=line.key).first()
            return str(office) if office else line.key
        return line.name or line.key


def table_of(answer: Answer, names: Names, language: Language) -> list[dict[str, Any]]:
    """The lines of an answer in words."""
    return [
        {"name": names.of(answer.question.by, line), **_told(answer, line, language)} for line in answer.lines
    ]


def whole_of(answer: Answer, language: Language) -> dict[str, Any]:
    """The whole in words."""
    return _told(answer, answer.whole, language)


def _told(answer: Answer, line: Line, language: Language) -> dict[str, Any]:
    measure = answer.question.measure
    limits = ""
    if line.lower is not None and line.upper is not None:
        limits = " – ".join(measure_words.value(end, measure, language) for end in (line.lower, line.upper))
    return {
        "value": measure_words.value(line.value, measure, language),
        "limits": limits,
        "interval": wordings.INTERVALS[line.interval],
        "left_out": measure_words.left_out(line.left_out, measure),
        "leg_days": line.leg_days,
    }


def summing(answer: Answer) -> str:
    """Whether the groups add up to the whole, and why not."""
    if not answer.lines:
        return ""
    if answer.adds_up:
        return _("The groups add up to the whole.")
    if answer.question.asked.is_additive:
        return _(
            "The groups overlap or leave something out: do not add them up. The whole is computed for itself."
        )
    return _("This measure does not add up: the whole is computed for itself, not from the groups.")


def chart(answer: Answer, rows: Sequence[Mapping[str, Any]], language: Language) -> SafeString:
    """The picture of an answer by groups; empty without any."""
    bars = [drawing.Bar(str(row["name"]), line) for row, line in zip(rows, answer.lines, strict=True)]
    title = str(measure_words.NAMES[answer.question.measure][0])
    if answer.question.by in IN_TIME:
        return drawing.by_time(bars, title, language)
    return drawing.by_name(bars, title, language) if answer.question.by else SafeString("")


def map_context(found: EffortMap | None, language: Language) -> dict[str, Any]:
    """What the page needs to show the effort in cells."""
    if found is None or len(found.kilometres) > MOST:
        return {"cells": found, "too_many": found is not None}
    return {
        "cells": found,
        "picture": drawing.effort(found),
        "legend": [(drawing.swatch(colour), words) for colour, words in drawing.legend(found, language)],
        "listed": found.listed(),
    }


def heading() -> list[str]:
    """The columns of the files."""
    return [
        _("Group"), _("Key"), _("Value"), _("Unit"), _("From"), _("To"), _("Interval"), _("Left out"),
        _("Days of legs"),
    ]  # fmt: skip


def rows_of_file(answer: Answer, names: Names) -> list[list[Any]]:
    """All lines and the whole, in full; unknown values are empty."""
    unit = str(measure_words.UNITS[answer.question.asked.unit])
    lines = [(names.of(answer.question.by, line), line) for line in answer.lines]
    return [
        [
            name, line.key, line.value, unit, line.lower, line.upper, str(wordings.INTERVALS[line.interval]),
            line.left_out, line.leg_days,
        ]
        for name, line in [*lines, (_("Whole"), answer.whole)]
    ]  # fmt: skip
