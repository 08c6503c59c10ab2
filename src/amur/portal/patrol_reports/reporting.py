"""The report of an office over a period, in the language that is switched on. Called by `work`.

Effort with definitions, by month, station and team; finds with encounter rates; a map of effort; method,
limits, what is left out.
"""

import datetime
from collections.abc import Callable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amur.portal.languages.dates import written
from amur.portal.offices.models import Office
from amur.portal.patrol_reports import finds, mapping, telling
from amur.portal.patrol_reports.blocks import Block, Heading, Page, Paragraph, Picture, Table
from amur.portal.patrol_reports.sums import days_between
from amur.portal.patrols.measure_words import NAMES, left_out, with_unit
from amur.portal.patrols.measuring import SHOWN, totals
from amur.portal.patrols.models import LegDay
from amur.portal.website.shell import current_language
from amur.science.effort import Told
from amur.science.effort.rates import FEWEST

Progress = Callable[[float, str], None]
Days = QuerySet[LegDay]


def report(
    office: Office,
    start: datetime.date,
    end: datetime.date,
    maker: str,
    made: datetime.date,
    progress: Progress = lambda share, stage: None,
) -> Page:
    """The report from a day to another one, both included; `maker` and `made` say who made it when."""
    days = days_between(office, start, end)
    progress(0.05, "measure")
    sums = totals(days)
    page = Page(_("Report of patrols"), telling.period(start, end), str(office.names), current_language())
    page.blocks.append(
        Paragraph(
            _(
                "For the office only: the map and the finds come from positions that are not public. Do not "
                "pass this file on."
            ),
            is_notice=True,
        )
    )
    page.blocks.append(
        Paragraph(
            _("Made by %(person)s on %(day)s from the patrols that stood in the centre then.")
            % {"person": maker, "day": telling.day(made)}
        )
    )
    page.blocks.extend(_effort(sums))
    page.blocks.extend(_parts(days, start, end))
    progress(0.3, "finds")
    page.blocks.extend(_finds(office, days, lambda share: progress(0.3 + 0.3 * share, "finds")))
    progress(0.6, "map")
    page.blocks.extend(_map(days))
    page.blocks.extend(_left_out(sums))
    page.blocks.extend(_method())
    return page


def _effort(sums: dict[str, Told]) -> Iterator[Block]:
    yield Heading(_("Patrol effort"))
    rows = [(str(NAMES[key][0]), with_unit(one.value, key), str(NAMES[key][1])) for key, one in sums.items()]
    yield Table("", (_("Measure"), _("Value"), _("What it is")), rows, frozenset({0, 2}))


def _parts(days: Days, start: datetime.date, end: datetime.date) -> Iterator[Block]:
    """The measures by month, station and team."""
    yield Heading(_("Effort by month, station and team"))
    months = sorted({(day.year, day.month) for day in days.order_by().values_list("date", flat=True)})
    yield _split(
        _("By month"),
        _("Month"),
        [
            (
                written(f"{year}-{month:02}", current_language()),
                days.filter(date__year=year, date__month=month),
            )
            for year, month in months
        ],
    )
    for caption, head, field in (
        (_("By station"), _("Station"), "station"),
        (_("By team"), _("Team"), "team"),
    ):
        words = set(days.order_by().values_list(f"leg__patrol__{field}", flat=True))
        yield _split(
            caption,
            head,
            [
                (word or _("not named"), days.filter(**{f"leg__patrol__{field}": word}))
                for word in sorted(words, key=lambda word: (word is None, word or ""))
            ],
        )
    yield Paragraph(
        _("Patrols and days that fall into several rows count in each. * leaves days out, see below.")
    )


def _split(caption: str, head: str, parts: list[tuple[str, Days]]) -> Table:
    rows = [(name, *telling.row_of(totals(some))) for name, some in parts]
    return Table(caption, (head, *(str(NAMES[key][0]) for key in SHOWN)), rows)


def _finds(office: Office, days: Days, progress: Callable[[float], None]) -> Iterator[Block]:
    yield Heading(_("What was found"))
    found = finds.encounters(office, days, progress)
    if not found:
        yield Paragraph(_("Nothing was recorded."))
        return
    rows = [
        (
            one.name,
            telling.amount(one.finds + one.left_out),
            telling.rate(one),
            telling.interval(one.exact),
            telling.interval(one.clustered),
        )
        for one in found
    ]
    head = (
        _("Category"),
        _("Finds"),
        _("for 100 km"),
        _("95-percent interval, independent finds"),
        _("95-percent interval, over patrols"),
    )
    yield Table("", head, rows)
    without = sum(one.left_out for one in found)
    if without:
        words = ngettext(
            "%(finds)s find on days without kilometres is in no rate.",
            "%(finds)s finds on days without kilometres are in no rate.",
            without,
        )
        yield Paragraph(words % {"finds": telling.amount(without)})
    yield Paragraph(
        _(
            "Independent: the exact interval of Garwood (1936). Over patrols: whole patrols are drawn anew, "
            "as finds of one patrol are alike; with fewer than %(patrols)s patrols that found something "
            "there is none. A rate says nothing about deterrence by itself: finds follow how, where and "
            "how well one looks."
        )
        % {"patrols": FEWEST}
    )


def _map(days: Days) -> Iterator[Block]:
    yield Heading(_("Map of effort"))
    found = mapping.effort_map(mapping.ways_of(days))
    if found is None:
        yield Paragraph(_("No day has a way that counts."))
        return
    breaks = "; ".join(telling.amount(value, 3) for value in found.breaks)
    yield Picture(
        found.svg,
        _(
            "Kilometres in cells of equal area, %(cell)s km wide, north up. From light to dark: up to "
            "%(breaks)s km. Cells without a colour have no way. All cells together: %(sum)s km."
        )
        % {
            "cell": telling.amount(found.cell_km),
            "breaks": breaks,
            "sum": telling.amount(found.kilometres, 1),
        },
    )


def _left_out(sums: dict[str, Told]) -> Iterator[Block]:
    yield Heading(_("What is left out"))
    rows = [(str(NAMES[key][0]), left_out(one.left_out, key)) for key, one in sums.items() if one.left_out]
    if rows:
        yield Table("", (_("Measure"), _("Left out")), rows, frozenset({0, 1}))
        yield Paragraph(_("An unknown number is not 0: the true sums are larger by what these days had."))
    else:
        yield Paragraph(_("Nothing: every day of a leg has kilometres, times and rest."))


def _method() -> Iterator[Block]:
    yield Heading(_("Method and limits"))
    yield Paragraph(
        _(
            "Kilometres are geodesic lengths on WGS 84 between the fixes that the cleaning ledger leaves; "
            "repeated fixes, jumps of the receiver and trembling while standing make none. A day of a leg "
            "counts once, whatever the number of people. Days are local days of the place."
        )
    )
    yield Paragraph(
        _(
            "The map shares out the kilometres of days that have a way; days of which SMART wrote kilometres "
            "only are in the sums and not on the map. Finds are observations as recorded: the same thing "
            "recorded twice counts twice."
        )
    )
