"""Words of the search page: what its filters and their values are called."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import OWN_NAMES, as_language
from amur.portal.search.registry import kinds
from amur.portal.species.queries import all_species
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


@register.filter
def search_value(value: str, name: str) -> str:
    """A filter's value in words."""
    match name:
        case "kind":
            kind = kinds().get(value)
            return str(kind.label) if kind else value
        case "language":
            return OWN_NAMES[as_language(value)]
        case "species":
            language = as_language(get_language())
            names = {row.key: row.names.text(language) for row in all_species()}
            return names.get(value) or value
    return filter_value(value, name)
