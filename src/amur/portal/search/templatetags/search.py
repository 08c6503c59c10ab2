"""Words of the search page: what its filters and their values are called."""

from collections.abc import Iterable

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import OWN_NAMES, as_language
from amur.portal.search.registry import kinds
from amur.portal.species.queries import species_names
from amur.portal.website.filters import Choice, options
from amur.portal.website.templatetags.newsroom import filter_value

register = template.Library()

FILTER_NAMES: dict[str, Promise] = {
    "kind": _("Kind"),
    "language": _("Language of the text"),
    "country": _("Country"),
    "module": _("Module"),
    "species": _("Species"),
    "year": _("Year"),
}


@register.filter
def search_filter(name: str) -> str:
    """A filter's heading."""
    return str(FILTER_NAMES.get(name, name))


@register.simple_tag
def search_options(name: str, found: Iterable[Choice], is_cut: bool) -> SafeString:
    """The values of a filter of the search; a plus says that there are more than were counted."""
    more = "+" if is_cut else ""
    return options(found, lambda one: search_value(one.value, name), more, languages=name == "language")


def search_value(value: str, name: str) -> str:
    """A filter's value in words."""
    match name:
        case "kind":
            kind = kinds().get(value)
            return str(kind.label) if kind else value
        case "language":
            return OWN_NAMES[as_language(value)]
        case "species":
            return species_names(as_language(get_language())).get(value) or value
    return filter_value(value, name)
