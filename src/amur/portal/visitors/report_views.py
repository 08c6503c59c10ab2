"""The editors' report: what is read, in which language, from where people come, what they searched for.

Open to whoever may see statistics in any office (`Subject.VISITORS`): it holds nothing but numbers that at
least five people stand behind, of all languages alike.
"""

import csv
import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from amur.portal.audit.actions import record
from amur.portal.languages.codes import LANGUAGES, OWN_NAMES, Language, as_language, is_language
from amur.portal.languages.dates import written
from amur.portal.offices.policies import Subject, Verb, offices_where
from amur.portal.visitors import chart, queries
from amur.portal.visitors.models import PageCount
from amur.portal.visitors.queries import Report
from amur.portal.visitors.suppression import LEAST, Cell, Table
from amur.portal.website.queries import tree

MOST_LINES: Final = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One line on the screen; `share` is the length of its bar in per cent of the longest."""

    name: Any
    people: int
    views: int
    share: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A table on the screen. `people` says what is counted first."""

    key: str
    title: Any
    people: Any
    lines: Sequence[Line]
    others: Cell | None = None
    left_out: int = 0


class PeriodForm(forms.Form):
    """Whole months, and one language or all."""

    first = forms.ChoiceField(label=_("From"))
    last = forms.ChoiceField(label=_("To"))
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [(one.isoformat()[:7], month_name(one)) for one in queries.months()]
        fields: dict[str, Any] = self.fields
        fields["first"].choices = fields["last"].choices = months
        fields["language"].choices = [("", _("all")), *((code, OWN_NAMES[code]) for code in LANGUAGES)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("first", "") > cleaned.get("last", "9"):
            raise forms.ValidationError(_("The first month is after the last one."))
        return cleaned


def report_page(request: HttpRequest) -> HttpResponse:
    """The report on the screen, or as CSV with `format=csv`."""
    if not may_read(request.user):
        raise PermissionDenied
    this = queries.months()[0]
    asked = {"first": f"{this:%Y-%m}", "last": f"{this:%Y-%m}", "language": ""} | {
        name: request.GET[name] for name in ("first", "last", "language") if name in request.GET
    }
    form = PeriodForm(asked)
    if not form.is_valid():
        return render(request, "visitors/report.html", {"form": form}, status=400)
    code = form.cleaned_data["language"]
    found = queries.report(
        _month(form.cleaned_data["first"]),
        _month(form.cleaned_data["last"]),
        as_language(code) if is_language(code) else None,
    )
    if request.GET.get("format") == "csv":
        record("visitors.report.export", kind="visitors.pagecount", changes={"asked": asked})
        return as_file(found)
    chart_title, drawn = _chart(found)
    return render(
        request,
        "visitors/report.html",
        {
            "form": form,
            "report": found,
            "sections": sections(found),
            "chart": drawn,
            "chart_title": chart_title,
            "searches": _words(found.searches),
            "unanswered": _words(found.unanswered),
            "least": LEAST,
            "query": request.GET.urlencode(),
        },
    )


def may_read(person: Any) -> bool:
    """Whether somebody may see the report."""
    return offices_where(person, Verb.VIEW, Subject.VISITORS).exists()


def month_name(day: datetime.date) -> str:
    """A month as the reader's language writes it."""
    return written(f"{day:%Y-%m}", as_language(get_language()))


def sections(found: Report) -> list[Section]:
    """The tables of a report, ready for the screen."""
    devices = dict(PageCount.Device.choices)
    titles = _titles(found.tables["path"])
    visits, readers = _("Visits"), _("Readers")
    languages = Table({OWN_NAMES[as_language(code)]: cell for code, cell in found.languages.items()})
    return [
        _section("path", _("What is read"), readers, found.tables["path"], titles, addresses=True),
        _section("language", _("Language of the pages"), visits, languages),
        _section(
            "referrer",
            _("Where people come from"),
            visits,
            found.tables["referrer"],
            {"": _("directly, or not told"), "…": _("other sites")},
        ),
        _section("device", _("Devices"), visits, found.tables["device"], devices),
        _section(
            "hour",
            _("Hours of the day"),
            visits,
            found.tables["hour"],
            {f"{hour:02}": f"{hour:02}:00" for hour in range(24)},
            in_order=True,
        ),
    ]


def as_file(found: Report) -> HttpResponse:
    """All tables below each other as CSV in UTF-8, under English names for spreadsheets and programs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["table", "name", "count_of", "count", "views"])
    for month, cell in found.months.items():
        writer.writerow(["month", month[:7], "visits", cell.people, cell.views])
    for code, cell in found.languages.items():
        writer.writerow(["language", code, "visits", cell.people, cell.views])
    for dimension, people in queries.DIMENSIONS.items():
        table = found.tables[dimension]
        for name, cell in table.lines.items():
            writer.writerow([dimension, as_csv(name), people, cell.people, cell.views])
        if table.others is not None:
            writer.writerow([dimension, "(others together)", people, table.others.people, table.others.views])
    for kind, words in (("search", found.searches), ("search without result", found.unanswered)):
        for word, count in words.items():
            writer.writerow([kind, as_csv(word), "searches", count, ""])
    name = f"visitors-{found.first:%Y-%m}-{found.last:%Y-%m}.csv"
    return HttpResponse(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def as_csv(text: str) -> str:
    """Text that a spreadsheet takes for text, whatever it begins with.

    >>> as_csv("=1+1"), as_csv("tiger")
    ("'=1+1", 'tiger')
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _month(text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"{text}-01")


def _section(
    key: str,
    title: Any,
    people: Any,
    table: Table,
    names: Mapping[str, Any] | None = None,
    *,
    addresses: bool = False,
    in_order: bool = False,
) -> Section:
    known = names or {}
    cells = queries.ordered(table, list(known) if in_order else None)
    longest = max((cell.people for _name, cell in cells), default=1) or 1
    lines = [
        Line(
            known.get(name, name),
            cell.people,
            cell.views,
            round(100 * cell.people / longest),
            name if addresses else "",
        )
        for name, cell in cells[:MOST_LINES]
    ]
    return Section(key, title, people, lines, table.others, max(len(cells) - MOST_LINES, 0))


def _titles(table: Table) -> dict[str, str]:
    """The titles of the pages that editors write; other pages go by their address."""
    paths = tree().by_path
    found = {}
    for address in table.lines:
        code, _slash, rest = address[1:].partition("/")
        row = paths.get((as_language(code), rest))
        if row is not None:
            found[address] = row.title
    return found


def _chart(found: Report) -> tuple[Any, str]:
    """What the chart shows, and the chart: visits by month, or by day when the period is one month."""
    language: Language = as_language(get_language())
    days = found.tables["day"].lines
    if len(found.months) > 1:
        title = gettext("Visits by month")
        values = [(month_name(_month(month[:7])), cell.people) for month, cell in found.months.items()]
    else:
        title = gettext("Visits by day")
        first, last = found.first.toordinal(), found.last.toordinal()
        every = [datetime.date.fromordinal(day) for day in range(first, last + 1)] if days else []
        values = [(str(day.day), days.get(day.isoformat(), Cell()).people) for day in every]
    drawn = chart.bars(values, language, title) if values else ""
    return title, mark_safe(drawn)  # noqa: S308  # `chart` escapes all names


def _words(words: Mapping[str, int]) -> list[Line]:
    longest = max(words.values(), default=1) or 1
    return [
        Line(name, count, 0, round(100 * count / longest)) for name, count in list(words.items())[:MOST_LINES]
    ]


URLS = [path("visitors/", report_page, name="visitors_report")]
