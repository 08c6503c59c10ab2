"""Template filters for facts."""

from typing import Any

from django import template
from django.utils.translation import get_language

from amur.portal.facts import figures
from amur.portal.facts.models import Confidence, FactStatus, SubjectKind
from amur.portal.facts.units import kind_name, unit_name
from amur.portal.languages.codes import as_language
from amur.portal.offices.models import Office

register = template.Library()
register.filter("unit_name", unit_name)
register.filter("kind_name", kind_name)


@register.filter
def figure(fields: dict[str, Any]) -> str:
    """The figure with its unit in the reader's language."""
    return figures.figure(fields, as_language(get_language()))


@register.filter
def period(fields: dict[str, Any]) -> str:
    """The period in the reader's language."""
    return figures.period(fields, as_language(get_language()))


@register.filter
def of_key(facts: dict[str, Any], key: str) -> Any:
    """The quoted fact, None when it is not released."""
    return facts.get(key)


@register.filter
def status_name(value: str) -> str:
    """A fact's status in words."""
    return str(FactStatus(value).label) if value in FactStatus.values else value


@register.filter
def subject_kind_name(value: str) -> str:
    """A subject's kind in words."""
    return str(SubjectKind(value).label) if value in SubjectKind.values else value


@register.filter
def confidence_name(value: str) -> str:
    """A confidence in words."""
    return str(Confidence(value).label) if value in Confidence.values else value


@register.filter
def office_name(key: str) -> str:
    """An office by its key, in the reader's language."""
    office = Office.objects.filter(key=key).first()
    return str(office) if office else key
