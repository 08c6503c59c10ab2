"""The form of registration, the ticket behind a secret link, and the organisers' table."""

import csv
import hashlib
import io
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from amur.portal.events.actions import by_token, is_open, person_of, register, withdraw
from amur.portal.events.models import Event, Registration
from amur.portal.languages.codes import OWN_NAMES
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.website.shell import addresses, show

CONSENT = "2026-11"  # a new text of the consent gets a new version
TRIES_AN_HOUR = 10
PRIVATE = cache_control(private=True, no_store=True)


class RegistrationForm(forms.Form):
    """What the organiser needs; no passport, no visa. `website` is a trap for programs."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    organisation = forms.CharField(label=gettext_lazy("Organisation"), max_length=200, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=200)
    country = forms.CharField(label=gettext_lazy("Country"), max_length=80, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=list(OWN_NAMES.items()))
    interpretation = forms.BooleanField(label=gettext_lazy("I need interpretation"), required=False)
    needs = forms.CharField(
        label=gettext_lazy("What you need to take part, such as step-free access"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    consent = forms.BooleanField(
        label=gettext_lazy(
            "I agree that the organising office keeps these data for this event only. They are not given to "
            "others and are deleted when I withdraw, or some time after the event."
        )
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput())


@PRIVATE
@csrf_exempt  # nobody is logged in here, and a visitor gets no cookie
def register_page(request: HttpRequest, key: str) -> HttpResponse:
    """The form; after it, the ticket at its secret address."""
    event = get_object_or_404(Event, key=key, is_published=True, capacity__isnull=False)
    today = timezone.localdate()
    form = RegistrationForm(request.POST or None)
    taking = is_open(event, today)
    if request.method == "POST" and taking and form.is_valid():
        if form.cleaned_data.pop("website"):
            raise Http404
        if _too_many(request):
            form.add_error(None, _("Too many registrations from here; try again in an hour."))
        else:
            form.cleaned_data.pop("consent")
            _row, token = register(event, form.cleaned_data, CONSENT, today)
            return redirect("event-ticket", token=token)
    return show(
        request,
        "events/register.html",
        title=_("Registration"),
        section="events",
        links=addresses("event-register", lambda _code: {"key": key}),
        event=event,
        form=form,
        taking=taking,
        keep_days=event.keep_days,
    )


@PRIVATE
@csrf_exempt  # the secret in the address is the right
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """The ticket, and its withdrawal."""
    row = by_token(token)
    if row is None:
        raise Http404
    if request.method == "POST":
        withdraw(token)
        return redirect("event-ticket", token=token)
    return show(
        request,
        "events/ticket.html",
        title=_("Your registration"),
        section="events",
        links=addresses("event-ticket", lambda _code: {"token": token}),
        row=row,
        person=person_of(row),
    )


@PRIVATE
def registrations_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Who comes, for those who may change the event: the organising office's editors."""
    event = get_object_or_404(Event, key=key)
    if not may(request.user, Verb.CHANGE, Subject.EVENTS, event.office):
        raise Http404
    names = [name for name in RegistrationForm.base_fields if name not in {"consent", "website"}]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["state", "registered", "consent", *names])
    for row in Registration.objects.filter(event=event).exclude(data=""):
        person = person_of(row)
        writer.writerow(
            [row.state, row.made.isoformat(timespec="seconds"), row.consent]
            + [_harmless(person.get(name, "")) for name in names]
        )
    return HttpResponse(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{event.key}-registrations.csv"'},
    )


def _harmless(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _too_many(request: HttpRequest) -> bool:
    """Whether one address has registered too often in the last hour."""
    where = hashlib.sha256(str(request.META.get("REMOTE_ADDR", "")).encode()).hexdigest()
    name = f"registration:{where}"
    cache.add(name, 0, 3600)
    try:
        return int(cache.incr(name)) > TRIES_AN_HOUR
    except ValueError:  # it has just run out
        return False
