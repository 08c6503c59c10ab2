"""Template filters for species: their codes in words."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amur.portal.animals.models import Sex
from amur.portal.species.models import IucnStatus, SpeciesRole

register = template.Library()

SCOPES: dict[str, Promise] = {"species": _("of the species"), "subspecies": _("of the subspecies")}


@register.filter
def role_name(value: str) -> str:
    """A species' role in words."""
    return str(SpeciesRole(value).label) if value in SpeciesRole.values else value


@register.filter
def iucn_name(value: str) -> str:
    """A category of the Red List in words."""
    return str(IucnStatus(value).label) if value in IucnStatus.values else value


@register.filter
def scope_name(value: str) -> str:
    """What a category is about."""
    return str(SCOPES.get(value, value))


@register.filter
def sex_name(value: str | None) -> str:
    """A sex in words; nothing when it is not known."""
    return str(Sex(value).label) if value in Sex.values else ""
