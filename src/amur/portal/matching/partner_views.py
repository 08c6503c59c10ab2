"""The page of keys, partners and agreements: whom the office may match with, and what it may give."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from amur.portal.matching import actions, keyring, queries
from amur.portal.matching.forms import AgreementForm, PartnerForm
from amur.portal.matching.models import Partner
from amur.portal.matching.problems import Refused
from amur.portal.matching.seeing import person_of, wanted
from amur.portal.offices.policies import Verb
from amur.portal.website.shell import addresses, show

private = cache_control(private=True, no_store=True)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def partners(request: HttpRequest) -> HttpResponse:
    """Our keys, the partners and the agreements; adds a partner."""
    person = person_of(request)
    if request.method != "POST":
        return _page(request, PartnerForm(person), AgreementForm(person))
    form = PartnerForm(person, request.POST)
    if form.is_valid():
        office, local = form.cleaned_data["office"], form.cleaned_data["local"]
        try:
            keyring.make_key(office)
            if local is not None:
                keyring.add_local_partner(office, local, person)
            else:
                keyring.add_partner(office, form.cleaned_data["name"], form.cleaned_data["card"])
        except Refused as refused:
            form.add_error("card", str(refused))
        else:
            return redirect("matching-partners")
    return _page(request, form, AgreementForm(person), status=422)


@require_POST
@login_required
@private
def key(request: HttpRequest) -> HttpResponse:
    """Make the key of an office, or a fresh one."""
    office = queries.offices_for(person_of(request), Verb.PUBLISH).filter(key=request.POST.get("office"))
    found = office.first()
    if found is None:
        raise Http404
    if request.POST.get("renew") == "1":
        keyring.renew_key(found)
    else:
        keyring.make_key(found)
    return redirect("matching-partners")


@require_POST
@login_required
@private
def agreement(request: HttpRequest) -> HttpResponse:
    """Enter an agreement."""
    person = person_of(request)
    form = AgreementForm(person, request.POST, request.FILES)
    if form.is_valid():
        form.save_for(person)
        return redirect("matching-partners")
    return _page(request, PartnerForm(person), form, status=422)


@require_POST
@login_required
@private
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say that the fingerprint was compared."""
    keyring.confirm(_partner(request, uuid), person_of(request))
    return redirect("matching-partners")


@require_POST
@login_required
@private
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End a partnership."""
    keyring.end_partner(_partner(request, uuid))
    return redirect("matching-partners")


@require_POST
@login_required
@private
def revoke(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End an agreement at once."""
    actions.revoke(_partner(request, uuid), request.POST.get("code", ""))
    return redirect("matching-partners")


def _partner(request: HttpRequest, uuid: UUID) -> Partner:
    return wanted(queries.partners_for(person_of(request), Verb.PUBLISH).filter(uuid=uuid).first())


def _page(
    request: HttpRequest, partner_form: PartnerForm, agreement_form: AgreementForm, *, status: int = 200
) -> HttpResponse:
    person = person_of(request)
    offices = wanted(queries.offices_for(person))
    if not offices.exists():
        raise Http404
    return show(
        request,
        "matching/partners.html",
        title=_("Partners, keys and agreements"),
        links=addresses("matching-partners"),
        status=status,
        keys=[(office, keyring.key_of(office)) for office in offices],
        partners=queries.partners_for(person).prefetch_related("agreements"),
        leads=queries.offices_for(person, Verb.PUBLISH).exists(),
        partner_form=partner_form,
        agreement_form=agreement_form,
    )
