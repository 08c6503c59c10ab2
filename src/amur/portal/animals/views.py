"""The catalogue and the passport of an animal. The public meets what the gate released; people of the office
the whole passport, and with a right to camera records also the visits.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.portal.animals import forms, lifeline, listing, lives, queries
from amur.portal.animals.models import Animal
from amur.portal.media.queries import by_keys
from amur.portal.offices.policies import Verb
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.species.queries import species_names
from amur.portal.website.answers import for_all_or_one
from amur.portal.website.shell import addresses, current_language, show


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The released animals; for people of an office also its own list with filters."""

    def answer() -> HttpResponse:
        own = queries.offices_for(request.user, Verb.VIEW).exists()
        chosen = listing.Filter.of(request.GET)
        public = list(released("animal").order_by("sort", "key"))
        return show(
            request,
            "animals/catalogue.html",
            title=_("Known animals"),
            description=_("Animals that the offices know one by one"),
            section="animals",
            links=addresses("animals"),
            own=own,
            chosen=chosen,
            rows=listing.rows(request.user, chosen) if own else [],
            statuses=listing.STATUSES,
            sexes=listing.SEXES,
            species=species_names(current_language()),
            pictures=listing.may_see_pictures(request.user),
            public=[] if own else [(one, _portrait(one)) for one in public],
        )

    return for_all_or_one(request, answer, whole=request.user.is_authenticated)


@require_safe
def animal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A passport: the whole one for people of its office, else what is released of it, else 404."""
    row = queries.find(request.user, uuid)
    if row is not None:
        return for_all_or_one(request, lambda: passport_page(request, row), whole=True)
    public = released("animal").filter(uuid=uuid).first()
    if public is None:
        raise Http404
    return for_all_or_one(request, lambda: _public_page(request, public), whole=False)


def passport_page(
    request: HttpRequest, row: Animal, form: forms.Saying | None = None, status: int = 200
) -> HttpResponse:
    """The passport for people of the office; `form` is one that was filled in wrongly."""
    may_change = queries.may_change(request.user, row)
    head = queries.current(row)
    life = lives.life_of(row, request.user)
    return show(
        request,
        "animals/passport.html",
        title=row.names.text(current_language()),
        section="animals",
        links=addresses("animal", lambda code: {"uuid": row.uuid}),
        status=status,
        animal=row,
        head=head if head.pk != row.pk else None,
        species=species_names(current_language()).get(row.species_key, row.species_key),
        traits=queries.traits(row, also_retracted=True),
        kin=queries.kin(row),
        home_names=queries.names_at_home(row),
        changes=queries.changes(row),
        portrait=by_keys([row.portrait_key]).get(row.portrait_key) if row.portrait_key else None,
        life=life,
        drawing=lifeline.lifeline(life.years) if life else "",
        may_change=may_change,
        forms=forms.forms_for(row, request.user, form) if may_change else {},
    )


def _public_page(request: HttpRequest, row: Released) -> HttpResponse:
    return show(
        request,
        "animals/public.html",
        title=row.names.text(current_language()),
        description=_("A known animal of the programme"),
        section="animals",
        links=addresses("animal", lambda code: {"uuid": row.uuid}),
        names=row.names,
        animal=row,
        portrait=_portrait(row),
        species=species_names(current_language()).get(row.fields["species_key"], ""),
    )


def _portrait(row: Released) -> Any:
    """The public file that the office chose, as long as it is published."""
    key = row.fields.get("image")
    return by_keys([key]).get(key) if key else None
