"""The list of patrols, the page of one, its file; the data model. All of it for people of the office only."""

import re
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.formats.smart import text_of
from amur.portal.offices.policies import Verb
from amur.portal.patrols import drawing, exporting, listing, measuring, modelling, queries, wordings
from amur.portal.patrols.forms import FilterForm
from amur.portal.patrols.models import DataModel, Form, KeyMapping, LegDay, Waypoint
from amur.portal.patrols.seeing import patrol_or_404, private
from amur.portal.runs import uploads
from amur.portal.website.shell import addresses, show

PAGE = 50


@require_safe
@login_required
@private
def patrols(request: HttpRequest) -> HttpResponse:
    """The patrols that are meant, with the sums over their days."""
    offices = queries.offices_for(request.user)
    if not offices.exists():
        raise Http404
    standing = queries.patrols_for(request.user)
    form = FilterForm(queries.words_of(standing), request.GET)
    filters = form.filters
    days = queries.days_of(standing, filters)
    page = Paginator(listing.listed(standing, filters), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return show(
        request,
        "patrols/patrols.html",
        title=_("Patrols"),
        section="patrols",
        links=addresses("patrols"),
        form=form,
        query=query.urlencode(),
        page=page,
        rows=listing.rows_of(list(page), days),
        totals=measuring.totals(days),
        models=DataModel.objects.filter(office__in=offices, ended=None).select_related("office"),
        may_add=queries.offices_for(request.user, Verb.ADD).exists(),
    )


@require_safe
@login_required
@private
def patrol(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One patrol: legs, people, days, the way, what was observed, what cleaning found."""
    own = patrol_or_404(request, uuid)
    days = LegDay.objects.filter(leg__patrol=own)
    points = Waypoint.objects.filter(day__leg__patrol=own)
    return show(
        request,
        "patrols/patrol.html",
        title=_("Patrol %(code)s") % {"code": own.code},
        section="patrols",
        links=addresses("patrols-patrol", lambda code: {"uuid": own.uuid}),
        patrol=own,
        totals=measuring.totals(days),
        legs=listing.legs_of(own),
        plan=drawing.plan(list(days.order_by("pk")), points.order_by("pk")[: drawing.MOST_WAYPOINTS]),
        ledger=[(*wordings.RULES[entry["rule"]], entry) for entry in own.ledger],
        unplaced=points.filter(place=None).count(),
        seen=listing.seen_on(own, modelling.mapped(own.office), modelling.names_in(own.office)),
        waypoints=points.count(),
    )


@require_safe
@login_required
@private
def as_xml(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The patrol as XML of SMART."""
    own = patrol_or_404(request, uuid)
    try:
        text = text_of(exporting.document_of(own))
    except uploads.Gone as gone:
        raise Http404 from gone
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", own.code)
    return HttpResponse(
        text,
        content_type="application/xml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.xml"'},
    )


@require_safe
@login_required
@private
def model(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A data model: its categories and attributes, and what foreign keys mean in it."""
    own = get_object_or_404(
        DataModel.objects.select_related("office"), uuid=uuid, office__in=queries.offices_for(request.user)
    )
    return show(
        request,
        "patrols/model.html",
        title=_("Data model, version %(version)s") % {"version": own.version},
        section="patrols",
        links=addresses("patrols-model", lambda code: {"uuid": own.uuid}),
        model=own,
        categories=own.categories.order_by("path").prefetch_related("uses__attribute"),
        attributes=own.attributes.prefetch_related("values"),
        forms=Form.objects.filter(office=own.office, kind=Form.Kind.FORM, ended=None).defer("content"),
        mappings=KeyMapping.objects.filter(office=own.office),
        versions=DataModel.objects.filter(office=own.office).exclude(pk=own.pk),
    )
