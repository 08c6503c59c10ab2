"""Tags of the newsroom: what is published about a subject, descriptions for machines, words for filters."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from amur.portal.languages.codes import as_language
from amur.portal.release.models import Released
from amur.portal.website import structured
from amur.portal.website.filters import Choice, options
from amur.portal.website.models import NewsPage
from amur.portal.website.page_forms import country_choices
from amur.portal.website.queries import about as about_subject
from amur.portal.website.queries import module_titles

register = template.Library()


@register.inclusion_tag("website/parts/about.html", takes_context=True)
def about(context: Any, kind: str, key: str) -> dict[str, Any]:
    """News, publications and events about a subject: `{% about "area" area.key %}`."""
    found = about_subject(kind, key, as_language(get_language()))
    return {"about": found, "kind": kind, "key": key, "request": context.get("request")}


@register.simple_tag(takes_context=True)
def described(context: Any, kind: str, thing: Any = None) -> SafeString | str:
    """The page's description for machines: `{% described "place" area %}`."""
    shell, language = context["shell"], as_language(get_language())
    match kind:
        case "article":
            imprint = context.get("imprint")
            return structured.script(
                structured.article(thing, shell, imprint.names.text(language) if imprint else "")
            )
        case "dataset":
            return structured.script(structured.dataset(shell.title, shell.description, shell, language))
    make = {"place": structured.place, "event": structured.event, "publication": structured.publication}[kind]
    return structured.script(make(thing, shell, language)) if isinstance(thing, Released) else ""


@register.simple_tag
def item_options(name: str, found: Iterable[Choice]) -> SafeString:
    """The values of a filter of a list of items."""
    return options(found, lambda one: filter_value(one.value, name))


def filter_value(value: str, name: str) -> str:
    """What a filter's value means in the reader's language."""
    match name:
        case "rubric":
            return str(NewsPage.Rubric(value).label) if value in NewsPage.Rubric.values else value
        case "country":
            return dict(country_choices()).get(value, value)
        case "module":
            return module_titles(as_language(get_language())).get(value, value)
    return value


@register.simple_tag
def page_link(filters: dict[str, str], number: int) -> str:
    """The query of another page of a filtered list."""
    query = QueryDict(mutable=True)
    query.update({**filters, "page": str(number)})
    return "?" + query.urlencode()
