"""Facts of one subject as lines of a chart and rows of a table."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from amur.portal.facts.chart import Point, Series
from amur.portal.facts.figures import figure, middle_year, period
from amur.portal.facts.models import Confidence, FactStatus
from amur.portal.facts.units import kind_name, unit_name
from amur.portal.languages.codes import Language
from amur.portal.languages.text import MultilingualText
from amur.portal.release.models import Released


def chart_series(facts: Iterable[Released], language: Language) -> list[Series]:
    """One line for each place and kind of figure, so that sources that disagree stay apart.

    Empty without figures of at least two years: one year is no course, and the table tells it better.
    """
    lines: dict[str, list[Point]] = {}
    for fact in facts:
        year = middle_year(fact.fields)
        if year is None:
            continue
        place = MultilingualText.from_json(fact.fields["place"]).text(language)
        kind = fact.fields["kind"]
        name = place if kind == "total" else f"{place} ({kind_name(kind)})"
        lines.setdefault(name, []).append(
            Point(
                year=year,
                value=fact.fields["value"],
                low=fact.fields["low"],
                high=fact.fields["high"],
                label=f"{place}, {period(fact.fields, language)}: {figure(fact.fields, language)}",
                disputed=fact.fields["status"] == FactStatus.DISPUTED or bool(fact.fields["contradicts"]),
            )
        )
    if len({point.year for points in lines.values() for point in points}) < 2:
        return []
    return [Series(name, points) for name, points in sorted(lines.items(), key=lambda item: -len(item[1]))]


def table_rows(facts: Iterable[Released], language: Language) -> list[list[str]]:
    """The facts as rows of text under a heading; unknown is an empty cell, never zero."""
    heading = [
        _("Place"), _("From"), _("To"), _("Value"), _("Low"), _("High"), _("Unit"), _("Kind of figure"),
        _("Method"), _("Status"), _("Confidence"), _("Sources"), _("Contradicts"), _("Key"),
    ]  # fmt: skip
    return [heading, *(_row(fact, language) for fact in facts)]


def _row(fact: Released, language: Language) -> list[str]:
    fields = fact.fields

    def bound(name: str) -> str:
        return "" if fields[name] is None else f"{fields[name]:g}"

    cells = [
        MultilingualText.from_json(fields["place"]).text(language),
        fields["period_start"] or "",
        fields["period_end"] or "",
        bound("value"),
        bound("low"),
        bound("high"),
        unit_name(fields["unit"]),
        kind_name(fields["kind"]),
        MultilingualText.from_json(fields["method"]).text(language),
        str(FactStatus(fields["status"]).label),
        str(Confidence(fields["confidence"]).label),
        "; ".join(one.get("url") or one["citation"] for one in fields["sources"]),
        "; ".join(fields["contradicts"]),
        fact.key,
    ]
    return [_safe(cell) for cell in cells]


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
