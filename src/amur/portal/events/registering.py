"""The form of registration, the ticket behind a secret address, and the organisers' table.

None of these pages is public in the sense of the page cache: they are private and kept nowhere.
"""

import csv
import io
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.cache import cache
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from amur.portal.audit.actions import record
from amur.portal.events.actions import (
    Consent,
    RegistrationClosed,
    by_token,
    is_open,
    person_of,
    register,
    withdraw,
)
from amur.portal.events.models import Event, Registration
from amur.portal.languages.codes import OWN_NAMES
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.website.shell import addresses, current_language, show

CONSENT_VERSION = "2026-11"  # a changed text gets a new version; each registration keeps the words it read
CONSENT = gettext_lazy(
    "I agree that the organising office keeps these data for this event only. They are not given to "
    "others and are deleted when I withdraw, or some time after the event."
)
TRIES_AN_HOUR = 20
LEFT_BLANK = frozenset({"consent", "website"})

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """A page about a person: nobody keeps it and no search engine lists it."""

    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped


class RegistrationForm(forms.Form):
    """What the organiser needs; no passport, no visa. `website` is a trap for programs."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=160, widget=forms.TextInput({"autocomplete": "name"})
    )
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), max_length=200, widget=forms.EmailInput({"autocomplete": "email"})
    )
    country = forms.CharField(
        label=gettext_lazy("Country"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "country-name"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=list(OWN_NAMES.items()))
    interpretation = forms.BooleanField(label=gettext_lazy("I need interpretation"), required=False)
    needs = forms.CharField(
        label=gettext_lazy("What you need to take part, such as step-free access"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    consent = forms.BooleanField(label=CONSENT)
    website = forms.CharField(required=False, widget=forms.HiddenInput())

    @property
    def person(self) -> dict[str, Any]:
        """What is kept of the form."""
        return {name: value for name, value in self.cleaned_data.items() if name not in LEFT_BLANK}


@csrf_exempt  # nobody is logged in here, and a visitor gets no cookie
@private
def register_page(request: HttpRequest, key: str) -> HttpResponse:
    """The form; after it, the ticket at its secret address."""
    event = get_object_or_404(Event, key=key, is_published=True, capacity__isnull=False)
    form = RegistrationForm(request.POST or None, initial={"language": current_language()})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["website"]:
            raise Http404
        if _too_many(request):
            form.add_error(None, _("Too many registrations from here; try again in an hour."))
        else:
            consent = Consent(CONSENT_VERSION, current_language(), str(CONSENT))
            try:
                _row, token = register(event, form.person, consent)
            except RegistrationClosed:
                pass  # it closed while the form was being filled in; the page says so
            else:
                return redirect("event-ticket", token=token)
    return show(
        request,
        "events/register.html",
        title=_("Registration"),
        section="events",
        links=addresses("event-register", lambda _code: {"key": key}),
        event=event,
        form=form,
        taking=is_open(event, timezone.now()),
        keep_days=event.keep_days,
        status=200 if request.method == "GET" else 422,
    )


@csrf_exempt  # the secret in the address is the right
@private
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


@private
def registrations(request: HttpRequest, key: str) -> HttpResponse:
    """Who comes, as a page of the editing pages."""
    event = _organised(request, key)
    rows = list(event.registrations.exclude(data=""))
    counts = {
        label: sum(row.state == state for row in event.registrations.all())
        for state, label in Registration.State.choices
    }
    _note(event, "read", len(rows))
    return render(
        request,
        "events/registrations.html",
        {"event": event, "rows": [(row, person_of(row)) for row in rows], "counts": counts},
    )


@private
def registrations_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The same as a file for a spreadsheet."""
    event = _organised(request, key)
    names = [name for name in RegistrationForm.base_fields if name not in LEFT_BLANK]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["state", "registered", "consent", "consent_language", *names])
    rows = list(event.registrations.exclude(data=""))
    for row in rows:
        person = person_of(row)
        writer.writerow(
            [row.state, row.made.isoformat(timespec="seconds"), row.consent, row.consent_language]
            + [_harmless(person.get(name, "")) for name in names]
        )
    _note(event, "export", len(rows))
    return HttpResponse(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{event.key}-registrations.csv"'},
    )


def _organised(request: HttpRequest, key: str) -> Event:
    """The event, for those who may change it: the organising office's editors and data managers."""
    event: Event = get_object_or_404(Event.objects.select_related("office"), key=key)
    if not may(request.user, Verb.CHANGE, Subject.EVENTS, event.office):
        raise Http404
    return event


def _note(event: Event, verb: str, count: int) -> None:
    """Who looked at personal data stands in the log, without the data."""
    with transaction.atomic():
        record(
            f"events.registration.{verb}",
            kind="events.event",
            object_uuid=event.uuid,
            object_key=event.key,
            changes={"count": count},
            office=event.office.uuid,
        )


def _harmless(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _too_many(request: HttpRequest) -> bool:
    """Whether one address has registered too often in the last hour; the address itself is not kept."""
    where = salted_hmac("registration", get_adapter().get_client_ip(request)).hexdigest()
    name = f"registration:{where}"
    cache.add(name, 0, 3600)
    try:
        return int(cache.incr(name)) > TRIES_AN_HOUR
    except ValueError:  # it has just run out
        return False
