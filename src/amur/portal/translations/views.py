"""The pages of the work list: my queue, the matrix with its export, claims. The editor is in `editor`."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from amur.portal.languages.codes import LANGUAGES, OWN_NAMES
from amur.portal.translations import actions, queries
from amur.portal.translations.finding import found
from amur.portal.translations.models import Item, ItemState, WorkState
from amur.portal.translations.registry import adapters
from amur.portal.website.page_forms import module_choices

PER_PAGE = 50
private = cache_control(private=True, no_store=True)


@require_safe
@private
def queue_page(request: HttpRequest) -> HttpResponse:
    """What the person can translate now, the most urgent first."""
    reach = reach_or_refuse(request)
    rows = queries.queue(reach)
    if (language := request.GET.get("language", "")) in LANGUAGES:
        rows = rows.filter(language=language)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    return render(
        request,
        "translations/queue.html",
        {
            "page": page,
            "rows": [_queued(one, request.user) for one in page],
            "languages": [(code, OWN_NAMES[code]) for code in LANGUAGES],
            "chosen": language,
            "tab": "queue",
        },
    )


def _queued(state: ItemState, person: Any) -> dict[str, Any]:
    holder = actions.holder_of(state)
    return {
        "state": state,
        "item": state.item,
        "kind": adapters()[state.item.kind].label,
        "holder": holder,
        "is_mine": holder is not None and holder.pk == person.pk,
        "lag": queries.lag_days(state.item, state),
    }


@require_safe
@private
def matrix_page(request: HttpRequest) -> HttpResponse:
    """Every item in every language."""
    reach = reach_or_refuse(request)
    filters = queries.Filters.of(request.GET)
    items = queries.matrix(reach, filters)
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("p"))
    by_language, by_office = queries.totals(items)
    names = {one.key: str(one) for one in reach.houses}
    rest = request.GET.copy()
    rest.pop("p", None)
    return render(
        request,
        "translations/matrix.html",
        {
            "page": page,
            "rows": [_row(item, reach) for item in page],
            "filters": filters,
            "choices": _choices(reach),
            "by_language": by_language,
            "by_office": [(names.get(one.name, ""), one) for one in by_office],
            "states": queries.SHOWN,
            "languages": [(code, OWN_NAMES[code]) for code in LANGUAGES],
            "query": rest.urlencode(),
            "tab": "matrix",
        },
    )


def _row(item: Item, reach: queries.Reach) -> dict[str, Any]:
    states = {one.language: one for one in item.states.all()}
    cells = []
    for code in LANGUAGES:
        state = states.get(code)
        cells.append(
            {
                "language": code,
                "state": state,
                "lag": queries.lag_days(item, state) if state is not None else None,
                "opens": state is not None
                and state.state != WorkState.SOURCE
                and reach.may_write(item, code),
            }
        )
    return {"item": item, "kind": adapters()[item.kind].label, "cells": cells}


def _choices(reach: queries.Reach) -> dict[str, list[tuple[str, str]]]:
    return {
        "kind": sorted(((key, str(one.label)) for key, one in adapters().items()), key=lambda one: one[1]),
        "module": list(module_choices()),
        "office": [(one.key, str(one)) for one in reach.houses],
        "state": [(one.value, str(one.label)) for one in queries.SHOWN],
        "language": [(code, OWN_NAMES[code]) for code in LANGUAGES],
        "age": [(str(days), _("more than %(days)s days") % {"days": days}) for days in queries.AGES],
    }


@require_safe
@private
def export_matrix(request: HttpRequest) -> HttpResponse:
    """The matrix with the same filters, as CSV."""
    items = queries.matrix(reach_or_refuse(request), queries.Filters.of(request.GET))
    out = io.StringIO()
    writer = csv.writer(out)
    for row in queries.csv_rows(items):
        writer.writerow([_safe(cell) for cell in row])
    return HttpResponse(
        out.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="translations.csv"'},
    )


def _safe(cell: str) -> str:
    """A spreadsheet must not take a title for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


@require_POST
@private
def claim(request: HttpRequest, kind: str, subject: Any, language: str) -> HttpResponse:
    """Take an item, or give it back."""
    one = found(request.user, kind, subject, language)
    if request.POST.get("wish") == "release":
        if not actions.release(request.user, one.adapter, one.state):
            messages.error(request, _("It is not yours to release."))
    elif actions.claim(request.user, one.adapter, one.state):
        messages.success(request, _("It is yours for three days: nobody else can save it meanwhile."))
    else:
        one.state.refresh_from_db()
        messages.error(
            request, _("%(person)s was quicker and has taken it.") % {"person": one.state.claimed_by}
        )
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect("translations-queue")
    return redirect(back)


def may_enter(person: Any) -> bool:
    """Whether the person has anything to translate or to check here."""
    reach = queries.reach_of(person)
    mine = (*reach.writes.values(), *reach.offices.values())
    return bool(reach.trees) or any(offices != frozenset() for offices in mine)


def reach_or_refuse(request: HttpRequest) -> queries.Reach:
    """The person's reach. Raises PermissionDenied for whoever has nothing to do here."""
    if not may_enter(request.user):
        raise PermissionDenied
    return queries.reach_of(request.user)
