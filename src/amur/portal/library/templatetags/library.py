"""Template filters for publications: types and licences in words."""

from django import template

from amur.portal.library.models import PublicationType
from amur.portal.media.models import Licence

register = template.Library()


@register.filter
def type_of_publication(value: str) -> str:
    """The type in words."""
    return str(PublicationType(value).label) if value in PublicationType.values else value


@register.filter
def licence_name(value: str) -> str:
    """The licence in words."""
    return str(Licence(value).label) if value in Licence.values else value
