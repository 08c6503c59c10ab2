"""Public pages of the events: the list, one event with its programme, commitments, calendars."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from amur.portal.events.calendars import calendar, structured
from amur.portal.events.models import CommitmentState
from amur.portal.events.queries import (
    all_commitments,
    all_events,
    commitments_of,
    is_over,
    is_overdue,
    slots,
    years,
)
from amur.portal.release.models import Released
from amur.portal.release.queries import by_slug, slug_in
from amur.portal.website.middleware import public
from amur.portal.website.shell import addresses, current_language, show


@public
def events(request: HttpRequest) -> HttpResponse:
    """What is coming, and what was, by year."""
    today = timezone.localdate()
    rows = all_events()
    past = [row for row in rows if is_over(row, today)]
    year = request.GET.get("year", "")
    return show(
        request,
        "events/list.html",
        title=_("Events"),
        description=_("Forums, meetings and other events of the ecoregion"),
        section="events",
        links=addresses("events"),
        coming=[row for row in reversed(rows) if not is_over(row, today)],
        past=[row for row in past if not year or str(row.fields["start"]).startswith(year)],
        years=years(past),
        year=year,
    )


@public
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event with its programme and what was agreed there."""
    language = current_language()
    row, right = _found(slug)
    if right != slug:
        return redirect(reverse("event", kwargs={"slug": right}), permanent=True)
    today = timezone.localdate()
    agreed = commitments_of(row)
    parts = slots(row)
    return show(
        request,
        "events/event.html",
        title=row.names.text(language),
        section="events",
        links=addresses("event", lambda code: {"slug": slug_in(row, code)}),
        names=row.names,
        event=row,
        slots=parts,
        offset=parts[0].offset if parts else "",
        commitments=[(one, is_overdue(one, today)) for one in agreed],
        over=is_over(row, today),
    )


@public
def event_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """One event for a calendar."""
    row, _right = _found(slug)
    return _calendar([row], row.names.text(current_language()), row.key)


@public
def event_json(request: HttpRequest, slug: str) -> HttpResponse:
    """One event in the words of schema.org."""
    row, right = _found(slug)
    address = request.build_absolute_uri(reverse("event", kwargs={"slug": right}))
    return HttpResponse(
        json.dumps(structured(row, current_language(), address), ensure_ascii=False),
        content_type="application/ld+json; charset=utf-8",
    )


@public
def feed_ics(request: HttpRequest) -> HttpResponse:
    """All events for a calendar that subscribes."""
    return _calendar(all_events(), _("Events of the ecoregion"), "events")


@public
def commitments(request: HttpRequest) -> HttpResponse:
    """All commitments, with those that are late marked."""
    today = timezone.localdate()
    state = request.GET.get("state", "")
    rows = [(row, is_overdue(row, today)) for row in all_commitments()]
    return show(
        request,
        "events/commitments.html",
        title=_("Commitments"),
        description=_("What was agreed at forums and meetings, who does it and until when"),
        section="events",
        links=addresses("commitments"),
        rows=[(row, late) for row, late in rows if _wanted(row, late, state)],
        states=CommitmentState.choices,
        state=state,
    )


def _wanted(row: Released, late: bool, state: str) -> bool:
    return not state or (late if state == CommitmentState.LATE else row.fields["state"] == state)


def _calendar(rows: list[Released], name: str, key: str) -> HttpResponse:
    return HttpResponse(
        calendar(rows, current_language(), name),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{key}.ics"'},
    )


def _found(slug: str) -> tuple[Released, str]:
    found = by_slug("event", current_language(), slug)
    if found is None:
        raise Http404
    return found
