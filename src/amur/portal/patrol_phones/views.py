"""The page of phones: tokens given and revoked, what came, what waits and why, what is missing."""

import json
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.offices.seeing import person_of
from amur.portal.patrol_phones import queries, receiving, tokens, wordings
from amur.portal.patrol_phones.models import Phone
from amur.portal.patrols.seeing import private
from amur.portal.website.shell import addresses, show


class PhoneForm(forms.Form):
    """A phone that is to get a token."""

    name = forms.CharField(
        label=gettext_lazy("Name of the phone"),
        max_length=120,
        help_text=gettext_lazy("Such as the ranger or post that has it"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_safe
@login_required
@private
def phones(request: HttpRequest) -> HttpResponse:
    """The phones of the offices."""
    return _page(request)


def _page(
    request: HttpRequest, status: int = 200, form: PhoneForm | None = None, wrong: Office | None = None
) -> HttpResponse:
    offices = queries.offices_for(request.user)
    if not offices:
        raise Http404
    rooms = [queries.room_of(request.user, office) for office in offices]
    return show(
        request,
        "patrol_phones/phones.html",
        title=_("Phones"),
        section="patrols",
        links=addresses("patrols-phones"),
        status=status,
        rooms=[
            {
                "room": room,
                "form": form if form is not None and room.office == wrong else PhoneForm(),
                "waiting": [(wordings.why(one["waits"], one["about"]), one) for one in room.waiting],
                "refused": [(one, wordings.told(one.problems)) for one in room.refused],
                "may_settle": may(request.user, Verb.ADD, Subject.PATROLS, room.office),
            }
            for room in rooms
        ],
    )


def _office(request: HttpRequest, uuid: UUID) -> Office:
    office = get_object_or_404(Office, uuid=uuid)
    if not queries.may_give(request.user, office):
        raise Http404
    return office


@require_POST
@login_required
@private
def give(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give a token; this answer alone shows it."""
    office = _office(request, uuid)
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _page(request, 422, form, office)
    phone, token = tokens.give(office, form.cleaned_data["name"], person_of(request))
    address = request.build_absolute_uri(reverse("smart-data", kwargs={"area": office.uuid.hex}))
    profile = {
        "DATA_SERVER": {
            "URL": address,
            "USERNAME": phone.uuid.hex,
            "PASSWORD": token,
            "PROTOCOL": "GEOJSON",
            "FREQUENCY_MIN": 10,
        }
    }
    return show(
        request,
        "patrol_phones/token.html",
        title=_("Token of a phone"),
        section="patrols",
        links=addresses("patrols-phones"),
        phone=phone,
        token=token,
        address=address,
        profile=json.dumps(profile, indent=1),
    )


@require_POST
@login_required
@private
def revoke(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take nothing more from a phone."""
    phone = get_object_or_404(Phone.objects.select_related("office"), uuid=uuid)
    if not queries.may_give(request.user, phone.office):
        raise Http404
    tokens.revoke(phone, person_of(request))
    return redirect("patrols-phones")


@require_POST
@login_required
@private
def settle(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make patrols of all that is kept."""
    office = get_object_or_404(Office, uuid=uuid)
    if not may(request.user, Verb.ADD, Subject.PATROLS, office):
        raise Http404
    receiving.settle(office)
    return redirect("patrols-phones")
