"""Template filters for publications: types and licences in words."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from amur.portal.languages.templatetags.amur import own_name
from amur.portal.library.models import PublicationType
from amur.portal.media.models import Licence
from amur.portal.website.filters import Choice, options
from amur.portal.website.templatetags.newsroom import filter_value

register = template.Library()


@register.simple_tag
def publication_options(name: str, found: Iterable[Choice]) -> SafeString:
    """The values of a filter of the library."""
    words = {"type": type_of_publication, "language": own_name}.get(name)
    return options(
        found,
        lambda one: words(one.value) if words else filter_value(one.value, name),
        languages=name == "language",
    )


@register.filter
def type_of_publication(value: str) -> str:
    """The type in words."""
    return str(PublicationType(value).label) if value in PublicationType.values else value


@register.filter
def licence_name(value: str) -> str:
    """The licence in words."""
    return str(Licence(value).label) if value in Licence.values else value
