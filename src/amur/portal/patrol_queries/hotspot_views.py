"""Hot spots of patrols: the page that asks, the run that finds them, the page and the file that tell them."""

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amur.portal.languages.numbers import number, significant
from amur.portal.offices.seeing import person_of
from amur.portal.patrol_queries import hotspot_drawing, hotspot_presenting, hotspot_work, queries, wordings
from amur.portal.patrol_queries.answering import NoSuchArea
from amur.portal.patrol_queries.forms import HotspotForm
from amur.portal.patrol_queries.hotspots import Found
from amur.portal.patrol_queries.presenting import Names
from amur.portal.patrols.queries import offices_for, patrols_for
from amur.portal.patrols.seeing import private
from amur.portal.runs.models import Run, RunState
from amur.portal.website.shell import addresses, current_language, show
from amur.portal.website.spreadsheets import table

NEWEST: Final = 10


def _form(request: HttpRequest, given: Any = None, **more: Any) -> HotspotForm:
    """The form for whoever asks. Raises Http404 for people without patrols to see."""
    person = request.user
    if not offices_for(person).exists():
        raise Http404
    choices = queries.choices_for(person, patrols_for(person))
    return HotspotForm(choices, queries.areas_for(person), given, **more)


def _page(request: HttpRequest, form: HotspotForm, status: int = 200) -> HttpResponse:
    done, names = queries.hotspots_for(request.user)[:NEWEST], _names(request)
    return show(
        request,
        "patrol_queries/hotspots.html",
        title=_("Hot spots"),
        section="patrols",
        links=addresses("patrol-hotspots"),
        status=status,
        form=form,
        kept=[(run, _about(run, names)) for run in done],
    )


@require_safe
@login_required
@private
def ask(request: HttpRequest) -> HttpResponse:
    """The form, with what the address says already in it, and the newest hot spots."""
    return _page(request, _form(request, initial=request.GET.dict()))


@require_POST
@login_required
@private
def find(request: HttpRequest) -> HttpResponse:
    """Have hot spots found, or go on to those that are there already."""
    form = _form(request, request.POST)
    if not form.is_valid() or form.asked is None:
        return _page(request, form, 422)
    office = offices_for(request.user).get(key=form.asked.rate.office)
    try:
        run = hotspot_work.start(person_of(request), office, form.asked)
    except NoSuchArea:
        form.add_error("area", _("The office may not compute with this area; choose another one."))
        return _page(request, form, 422)
    return redirect(reverse("run", kwargs={"uuid": run.uuid}))


def _run_or_404(request: HttpRequest, uuid: UUID) -> Run:
    run = queries.hotspots_of(request.user, uuid)
    if run is None:
        raise Http404
    return run


@require_safe
@login_required
@private
def found(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What a run found: the map, the list, the trend, and what they mean."""
    run = _run_or_404(request, uuid)
    if run.state != RunState.DONE:
        return redirect(reverse("run", kwargs={"uuid": uuid}))
    told, language = Found.of(run.result or {}), current_language()
    cells = told.cells
    context: dict[str, Any] = {}
    if cells is not None:
        context = {
            "overall": significant(cells.overall * hotspot_presenting.FOR, language),
            "sure": int(cells.is_sure.sum()),
            "borrowed": int(cells.is_borrowed.sum()),
            "picture": hotspot_drawing.picture(cells),
            "legend": hotspot_presenting.legend(cells, language),
            "rows": hotspot_presenting.listed(cells, language),
            "all_cells": len(cells.column),
        }
    return show(
        request,
        "patrol_queries/hotspots_found.html",
        title=_("Hot spots"),
        section="patrols",
        links=addresses("patrol-hotspots-found", lambda code: {"uuid": run.uuid}),
        run=run,
        about=_about(run, _names(request)),
        factor=number(told.question.factor, language),
        address=urlencode(told.question.as_dict()),
        amounts=told.amounts,
        refusal=hotspot_presenting.refusal(told, language),
        left_out=hotspot_presenting.left_out(told.amounts),
        trend=hotspot_presenting.trend(told.development, language),
        group=wordings.GROUP_NAMES[told.development.by],
        periods=hotspot_presenting.periods(told.development, language),
        chart=hotspot_presenting.chart(told.development, language),
        **context,
    )


def _names(request: HttpRequest) -> Names:
    areas = {area.key: str(area.names) for area in queries.areas_for(request.user)}
    return Names(queries.category_names(request.user), areas)


def _about(run: Run, names: Names) -> list[str]:
    """What a run was asked: office, finds, period, cells, factor, area."""
    given = run.parameters
    category, area = given.get("category", ""), given.get("area", "")
    start, end = given.get("start", ""), given.get("end", "")
    told = [
        str(run.office),
        names.categories.get(category, category) or _("all finds"),
        f"{start or '…'} – {end or '…'}" if start or end else _("all days"),
        wordings.cell_width(given.get("cell", 1000)),
        _("%(factor)s times") % {"factor": number(given.get("factor", 2.0), current_language())},
    ]
    return [*told, names.areas.get(area, area)] if area else told


@require_safe
@login_required
@private
def as_csv(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All cells as a table for spreadsheets."""
    run = _run_or_404(request, uuid)
    told = Found.of(run.result) if run.state == RunState.DONE and run.result else None
    if told is None or told.cells is None:
        raise Http404
    factor = number(told.question.factor, current_language())
    return table(
        "hotspots.csv", hotspot_presenting.heading(factor), hotspot_presenting.rows_of_file(told.cells)
    )
