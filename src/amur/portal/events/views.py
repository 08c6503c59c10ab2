"""Public pages of the events: the list, a series, one event with its programme, commitments, calendars."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from amur.portal.events import queries
from amur.portal.events.calendars import calendar, said
from amur.portal.events.models import Commitment, CommitmentState
from amur.portal.languages.codes import Language
from amur.portal.offices.queries import imprint_of
from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import by_slug, released, slug_in
from amur.portal.website.middleware import public
from amur.portal.website.queries import sharing
from amur.portal.website.shell import addresses, current_language, show

OVERDUE = "overdue"


@public
def events(request: HttpRequest) -> HttpResponse:
    """What is coming, and what was, by year."""
    today = timezone.localdate()
    rows = queries.all_events()
    past = [row for row in rows if queries.is_over(row, today)]
    year = request.GET.get("year", "")
    year = year if year in queries.years(past) else ""
    return show(
        request,
        "events/list.html",
        title=_("Events"),
        description=_("Forums, meetings and other events of the ecoregion"),
        section="events",
        links=addresses("events"),
        coming=[row for row in reversed(rows) if not queries.is_over(row, today)],
        past=[row for row in past if year in {"", str(row.fields["start"])[:4]}],
        series=queries.all_series().values(),
        years=queries.years(past),
        year=year,
        today=today.isoformat(),
    )


@public
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """A series with its events."""
    language = current_language()
    row, right = _found("event-series", slug)
    if right != slug:
        return redirect(reverse("event-series", kwargs={"slug": right}), permanent=True)
    return show(
        request,
        "events/series.html",
        title=row.names.text(language),
        description=said(row.fields["summary"], language)[:300],
        section="events",
        links=addresses("event-series", lambda code: {"slug": slug_in(row, code)}),
        names=row.names,
        series=row,
        events=queries.events_of(row),
        imprint=imprint_of(row.fields["office"], "", language),
    )


@public
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event with its programme, what was agreed there, its files and what shares its subjects."""
    language = current_language()
    row, right = _found("event", slug)
    if right != slug:
        return redirect(reverse("event", kwargs={"slug": right}), permanent=True)
    now = timezone.now()
    parts = queries.slots(row)
    files = queries.files(row)
    fields = row.fields
    return show(
        request,
        "events/event.html",
        title=row.names.text(language),
        description=said(fields["summary"], language)[:300],
        section="events",
        links=addresses("event", lambda code: {"slug": slug_in(row, code)}),
        names=row.names,
        event=row,
        series=queries.all_series().get(fields.get("series") or ""),
        slots=parts,
        offset=parts[0].offset if parts else "",
        agreed=_with_lateness(queries.commitments(event=row.key)),
        taking=queries.is_taking(row, now),
        files=[files[one] for one in fields.get("files") or () if one in files],
        slides=files,
        proceedings=_publication(fields.get("proceedings")),
        # Asked by the template only when it does not remember what it made of the answer.
        related=lambda: _subjects(row),
        sharing=lambda: sharing(queries.subjects_of(row), language, str(row.uuid)),
        today=timezone.localdate().isoformat(),
        imprint=imprint_of(fields["office"], fields["start"], language),
    )


def _publication(key: str | None) -> Released | None:
    return released("publication").filter(key=key).first() if key else None


def _subjects(event: Released) -> list[Released]:
    """The areas and the species that an event is about."""
    subjects = queries.subjects_of(event)
    keys = [one.partition(":")[2] for one in subjects if one.startswith(("area:", "species:"))]
    rows: Iterable[Released] = released(["area", "species"]).filter(key__in=keys) if keys else ()
    return [row for row in rows if f"{row.kind}:{row.key}" in subjects]


@public
def commitments(request: HttpRequest) -> HttpResponse:
    """Everything agreed, with what is overdue marked; narrowed by state, kind and responsible office."""
    state, kind, office = (request.GET.get(name, "") for name in ("state", "kind", "office"))
    stored = "" if state == OVERDUE else state
    rows = _with_lateness(queries.commitments(state=stored, kind=kind, responsible=office))
    return show(
        request,
        "events/commitments.html",
        title=_("Commitments"),
        description=_("What was agreed at forums and meetings, who does it and until when"),
        section="events",
        links=addresses("commitments"),
        rows=[(row, late) for row, late in rows if late or state != OVERDUE],
        events={row.key: row for row in queries.all_events()},
        states=[*CommitmentState.choices, (OVERDUE, _("overdue"))],
        kinds=Commitment.Kind.choices,
        offices=_responsible_offices(),
        state=state,
        kind=kind,
        office=office,
    )


def _with_lateness(rows: Iterable[Released]) -> list[tuple[Released, bool]]:
    today = timezone.localdate()
    return [(row, queries.is_overdue(row, today)) for row in rows]


def _responsible_offices() -> list[tuple[str, str]]:
    language = current_language()
    found = {
        str(row.fields["responsible"]): said(row.fields["responsible_names"], language)
        for row in queries.commitments()
        if row.fields.get("responsible")
    }
    return sorted(found.items(), key=lambda one: one[1])


@public
def event_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """One event for a calendar."""
    row, _right = _found("event", slug)
    return _calendar(request, row.names.text(current_language()), row.key, event=row.key)


@public
def series_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """The events of a series, for a calendar that subscribes."""
    row, _right = _found("event-series", slug)
    return _calendar(request, row.names.text(current_language()), row.key, series=row.key)


@public
def feed_ics(request: HttpRequest) -> HttpResponse:
    """All events, for a calendar that subscribes."""
    return _calendar(request, _("Events of the ecoregion"), "events")


def _calendar(
    request: HttpRequest, name: str, file: str, *, event: str = "", series: str = ""
) -> HttpResponse:
    origin = f"{request.scheme}://{request.get_host()}"
    return HttpResponse(
        _written(current_language(), name, origin, event, series),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}.ics"'},
    )


@remembered
def _written(language: Language, name: str, origin: str, event: str, series: str) -> bytes:
    """The calendar of an event or a series by key, else of all; the rules of zones take long to write."""
    rows = [
        row
        for row in queries.all_events()
        if event in {"", row.key} and series in {"", row.fields.get("series")}
    ]
    return calendar(
        rows, language, name, lambda row: origin + reverse("event", kwargs={"slug": slug_in(row, language)})
    )


def _found(kind: str, slug: str) -> tuple[Released, str]:
    found = by_slug(kind, current_language(), slug)
    if found is None:
        raise Http404
    return found
