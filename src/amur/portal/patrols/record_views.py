"""Independent incidents and forms of phones: listed, and out again as XML. For people of the office only."""

import re
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.formats.smart import text_of
from amur.portal.patrols import listing, modelling, queries, records
from amur.portal.patrols.models import Form, Incident
from amur.portal.patrols.seeing import private
from amur.portal.website.shell import addresses, show

PAGE = 50


@require_safe
@login_required
@private
def incidents(request: HttpRequest) -> HttpResponse:
    """What was observed outside patrols, newest first."""
    offices = queries.offices_for(request.user)
    if not offices.exists():
        raise Http404
    rows = Incident.objects.filter(office__in=offices, ended=None).select_related("office")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    words = {office.pk: (modelling.mapped(office), modelling.names_in(office)) for office in offices}
    return show(
        request,
        "patrols/incidents.html",
        title=_("Incidents"),
        section="patrols",
        links=addresses("patrols-incidents"),
        page=page,
        rows=[(one, _seen(one, *words[one.office_id])) for one in page],
    )


def _seen(incident: Incident, told: Any, names: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """What was observed: categories with the values of attributes, in the reader's words."""
    document = records.document_of_incident(incident)
    return [listing.named(one, told, names) for one in document.content.observations]


@require_safe
@login_required
@private
def incident_as_xml(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An incident as XML of SMART."""
    own = get_object_or_404(Incident, uuid=uuid, office__in=queries.offices_for(request.user))
    return _xml(text_of(records.document_of_incident(own)), f"incident-{own.code}")


@require_safe
@login_required
@private
def forms(request: HttpRequest) -> HttpResponse:
    """The forms and words that phones work with."""
    offices = queries.offices_for(request.user)
    if not offices.exists():
        raise Http404
    rows = Form.objects.filter(office__in=offices, ended=None).select_related("office").defer("content")
    return show(
        request,
        "patrols/forms.html",
        title=_("Forms of phones"),
        section="patrols",
        links=addresses("patrols-forms"),
        forms=[(one, len(one.meanings)) for one in rows],
    )


@require_safe
@login_required
@private
def form(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A form: its pages with the attributes that they ask for."""
    own = _form(request, uuid)
    return show(
        request,
        "patrols/form.html",
        title=str(own.names) or own.code or _("Form without a name"),
        section="patrols",
        links=addresses("patrols-form", lambda code: {"uuid": own.uuid}),
        form=own,
        pages=records.pages_of(own),
        versions=Form.objects.filter(office=own.office, kind=own.kind, code=own.code)
        .exclude(pk=own.pk)
        .select_related("made")
        .defer("content", "meanings"),
    )


def _form(request: HttpRequest, uuid: UUID) -> Form:
    rows = Form.objects.filter(kind=Form.Kind.FORM).select_related("office", "made")
    return get_object_or_404(rows, uuid=uuid, office__in=queries.offices_for(request.user))


@require_safe
@login_required
@private
def form_as_xml(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A form as XML of SMART."""
    own = _form(request, uuid)
    return _xml(text_of(records.document_of_form(own)), f"form-{own.code}")


def _xml(text: str, name: str) -> HttpResponse:
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", name)[:100]
    return HttpResponse(
        text,
        content_type="application/xml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{plain}.xml"'},
    )
