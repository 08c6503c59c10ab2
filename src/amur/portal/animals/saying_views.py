"""Saying something of an animal on its passport, and taking it back."""

from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from amur.portal.animals import actions, queries
from amur.portal.animals.forms import FORMS, Saying
from amur.portal.animals.models import Animal, Change, Family, HomeName, Statement, Trait
from amur.portal.animals.views import passport_page
from amur.portal.offices.models import Person

KINDS: Final[dict[str, type[Statement]]] = {
    "trait": Trait,
    "family": Family,
    "name": HomeName,
    "change": Change,
}


@require_POST
@login_required
@cache_control(private=True, no_store=True)
def say(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Store one statement; leads back to the passport, with a sentence where it cannot be said."""
    person = request.user
    row = queries.find(person, uuid)
    kind = request.POST.get("kind", "")
    if (
        row is None
        or not isinstance(person, Person)
        or not queries.may_change(person, row)
        or kind not in FORMS
    ):
        raise Http404
    form = FORMS[kind](row, person, request.POST)
    if form.is_valid():
        try:
            _said(form, row, person)
        except (actions.Unfit, ValueError) as unfit:
            form.add_error(None, str(unfit))
        else:
            return redirect(reverse("animal", kwargs={"uuid": uuid}))
    return passport_page(request, row, form, status=422)


def _said(form: Saying, row: Animal, person: Person) -> None:
    given = form.cleaned_data
    reason = given.get("reason", "")
    match form.kind:
        case "trait":
            kind, value = given["value"].split(" ", 1)
            actions.say(row, kind, value, person, on=given["on"], certainty=given["certainty"], reason=reason)
        case "name":
            house = given["house"].strip()
            actions.name_at_home(
                row, given["name"], person, office=None if house else row.office, house=house
            )
        case "mother":
            actions.is_cub_of(row, given["mother"], person, certainty=given["certainty"], reason=reason)
        case "merge":
            actions.merge(queries.current(row), given["into"], person, reason)
        case "split":
            into = given["into"] or actions.new_animal(row.office, row.species_key)
            actions.split(row, into, given["visits"], person, reason)
        case _:
            row.born_from, row.born_to = given["born_from"], given["born_to"]
            row.portrait_key = given["portrait"].key if given["portrait"] else ""
            row.save()


@require_POST
@login_required
@cache_control(private=True, no_store=True)
def retract(request: HttpRequest, kind: str, uuid: UUID) -> HttpResponse:
    """Take a statement back."""
    model = KINDS.get(kind)
    row = model._default_manager.filter(uuid=uuid).first() if model else None
    person = request.user
    if not isinstance(row, Trait | Family | HomeName | Change) or not isinstance(person, Person):
        raise Http404
    animal = row.cub if isinstance(row, Family) else row.animal
    if not queries.may_change(person, animal):
        raise Http404
    actions.retract(row, person)
    back = request.POST.get("back", str(animal.uuid))
    shown = queries.rows_for(person).filter(key=back).first() or animal
    return redirect(reverse("animal", kwargs={"uuid": shown.uuid}))
