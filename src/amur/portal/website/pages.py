"""Finding the page at a path, in the asked language or, labelled, in another."""

from typing import Any

from wagtail.models import Page

from amur.portal.languages.codes import FALLBACKS, Language
from amur.portal.website.models import CentrePage
from amur.portal.website.queries import live


def home_slug(language: Language) -> str:
    """The slug of a language's home page inside Wagtail's tree; it never shows in an address."""
    return f"home-{language}"


def find_page(kind: type[Any], language: Language, path: str) -> Any:
    """The live page of a kind at a path of a language's tree; else the one another tree has there.

    Returns None when no tree has it. The caller shows a page of another language with its label.
    """
    order = [f"/{home_slug(code)}/{path}" for code in (language, *FALLBACKS[language])]
    model = Page if kind is CentrePage else kind
    found = sorted(live(model.objects.filter(url_path__in=order)), key=lambda one: order.index(one.url_path))
    return found[0].specific if found else None
