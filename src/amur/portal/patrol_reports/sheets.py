"""The feedback sheet of a patrol for its leader, in the language that is switched on: for screen and PDF."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amur.portal.patrol_reports import finds, mapping, telling
from amur.portal.patrol_reports.blocks import Block, Heading, Page, Paragraph, Picture, Table
from amur.portal.patrol_reports.wordings import ADVICE
from amur.portal.patrols.listing import kilometres_of
from amur.portal.patrols.measure_words import NAMES, left_out, with_unit
from amur.portal.patrols.measuring import hours_of, totals
from amur.portal.patrols.models import LegDay, LegMember, Observation, Patrol, Waypoint
from amur.portal.patrols.wordings import RULES
from amur.portal.website.shell import current_language
from amur.science.effort import Told


def leaders_of(patrol: Patrol) -> list[str]:
    """The names of those who led legs of a patrol."""
    rows = LegMember.objects.filter(leg__patrol=patrol, is_leader=True).values_list(
        "given_name", "family_name"
    )
    return list(dict.fromkeys(" ".join(row) for row in rows))


def sheet(patrol: Patrol) -> Page:
    """The sheet of a patrol."""
    days = LegDay.objects.filter(leg__patrol=patrol)
    sums = totals(days)
    count = Observation.objects.filter(waypoint__day__leg__patrol=patrol).count()
    page = Page(
        _("Feedback on patrol %(code)s") % {"code": patrol.code},
        telling.period(patrol.start, patrol.end),
        str(patrol.office.names),
        current_language(),
    )
    page.blocks.extend(_greeting(patrol, sums, count))
    page.blocks.extend(_days(days))
    page.blocks.extend(_finds(patrol))
    page.blocks.extend(_quality(patrol))
    page.blocks.extend(_better(patrol))
    return page


def _greeting(patrol: Patrol, sums: dict[str, Told], count: int) -> Iterator[Block]:
    leaders = ", ".join(leaders_of(patrol))
    about = [(_("Leader"), leaders), (_("Station"), patrol.station), (_("Team"), patrol.team)]
    yield Paragraph(" · ".join(f"{name}: {word}" for name, word in about if word))
    days = int(sums["patrol_days"].value or 0)
    words = ngettext(
        "Thank you for %(days)s patrol day with %(kilometres)s and %(finds)s.",
        "Thank you for %(days)s patrol days with %(kilometres)s and %(finds)s.",
        days,
    )
    kilometres = sums["distance"].value
    told = _("kilometres that are unknown") if kilometres is None else with_unit(kilometres, "distance")
    seen = ngettext("%(finds)s find", "%(finds)s finds", count) % {"finds": telling.amount(count)}
    yield Paragraph(words % {"days": telling.amount(days), "kilometres": told, "finds": seen})
    rows = [
        (str(NAMES[key][0]), with_unit(sums[key].value, key), left_out(sums[key].left_out, key))
        for key in ("distance", "patrol_hours", "field_hours", "person_days")
    ]
    yield Table("", (_("Measure"), _("Value"), _("Left out")), rows, frozenset({0, 2}))


def _days(days: "QuerySet[LegDay]") -> Iterator[Block]:
    yield Heading(_("The way"))
    rows = [
        (
            telling.day(day.date),
            telling.amount(kilometres_of(day), 1),
            telling.amount(hours_of(day), 1),
            _("no") if day.line is None else _("yes"),
        )
        for day in days.order_by("date", "pk")
    ]
    head = (_("Day"), _("Kilometres"), _("Patrol hours"), _("Track"))
    yield Table("", head, rows, frozenset({0, 3}))
    drawn = mapping.way_drawn(mapping.ways_of(days))
    if drawn:
        yield Picture(drawn, _("The ways that count, north up; every second day is dashed."), 6.5)


def _finds(patrol: Patrol) -> Iterator[Block]:
    yield Heading(_("What was found"))
    found = finds.found_on(patrol.office, LegDay.objects.filter(leg__patrol=patrol))
    if not found:
        yield Paragraph(_("Nothing was recorded."))
        return
    found.sort(key=lambda one: (-one.count, one.name))
    yield Table("", (_("Category"), _("Finds")), [(one.name, telling.amount(one.count)) for one in found])


def _quality(patrol: Patrol) -> Iterator[Block]:
    """What cleaning flagged, in plain words."""
    yield Heading(_("How good the record is"))
    rows = [
        (
            str(RULES[entry["rule"]][0]).capitalize(),
            telling.amount(entry["fixes"] or entry["ways"]),
            str(ADVICE[entry["rule"]][0]),
        )
        for entry in patrol.ledger
        if entry["rule"] in ADVICE
    ]
    if rows:
        yield Table("", (_("Flag"), _("Number"), _("What it means")), rows, frozenset({0, 2}))
    elif patrol.track_file:
        yield Paragraph(_("All fixes count: the cleaning found nothing."))
    for text in _gaps(patrol):
        yield Paragraph(text)


def _gaps(patrol: Patrol) -> Iterator[str]:
    """What is not known, as sentences."""
    days = LegDay.objects.filter(leg__patrol=patrol)
    way = days.filter(line=None).count()
    times = (days.filter(start=None) | days.filter(end=None)).count()
    rest = days.filter(rest_minutes=None).count()
    places = Waypoint.objects.filter(day__leg__patrol=patrol, place=None).count()
    told = (
        (way, ngettext("%(n)s day of a leg has no way.", "%(n)s days of legs have no way.", way)),
        (
            times,
            ngettext(
                "%(n)s day of a leg has no start or end.", "%(n)s days of legs have no start or end.", times
            ),
        ),
        (
            rest,
            ngettext(
                "Of %(n)s day of a leg the rest is unknown.",
                "Of %(n)s days of legs the rest is unknown.",
                rest,
            ),
        ),
        (places, ngettext("%(n)s waypoint has no place.", "%(n)s waypoints have no place.", places)),
    )
    for count, words in told:
        if count:
            yield words % {"n": telling.amount(count)}


def _better(patrol: Patrol) -> Iterator[Block]:
    yield Heading(_("What to do better"))
    advice = [str(ADVICE[entry["rule"]][1]) for entry in patrol.ledger if entry["rule"] in ADVICE]
    days = LegDay.objects.filter(leg__patrol=patrol)
    if days.filter(line=None).exists():
        advice.append(_("Switch the track on in the morning, and look at noon whether it still records."))
    if (days.filter(start=None) | days.filter(end=None) | days.filter(rest_minutes=None)).exists():
        advice.append(_("Write down start, end and rest of each day."))
    if Waypoint.objects.filter(day__leg__patrol=patrol, place=None).exists():
        advice.append(_("Wait for the place of a waypoint before you save it."))
    told = [text for text in dict.fromkeys(advice) if text]
    if not told:
        yield Paragraph(_("Nothing: the record is whole. Go on like this."))
    for text in told:
        yield Paragraph(text)
