"""Words of the search page: what its filters and their values are called."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import OWN_NAMES, Language, as_language
from amur.portal.languages.dates import written
from amur.portal.search.queries import Hit
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
def search_hits(hits: Iterable[Hit]) -> SafeString:
    """The items of the list of hits. Made here because the page answers each time anew, and a template takes
    three times as long.
    """
    language = as_language(get_language())
    return mark_safe("".join(_hit(hit, language) for hit in hits))  # noqa: S308  # escaped piece by piece


def _hit(hit: Hit, language: Language) -> str:
    about = escape(hit.kind_name)
    if hit.date:
        about += f' · <time datetime="{escape(hit.date)}">{escape(written(hit.date, language))}</time>'
    if hit.fallback:
        about += f' <span class="label language" lang="{hit.tag}">{escape(hit.language_name)}</span>'
    piece = f'<p class="piece" lang="{hit.piece_tag}">{hit.piece}</p>' if hit.piece else ""
    return (
        f'<li><h2><a href="{escape(hit.address)}" lang="{hit.tag}">{hit.title}</a></h2>'
        f'<p class="date">{about}</p>{piece}</li>'
    )


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
