"""What every public page has around its content: title, language links, section. Called by all views."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from amur.portal.languages.codes import HTML_TAGS, LANGUAGES, OWN_NAMES, Language, as_language
from amur.portal.languages.text import MultilingualText


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same subject in one language."""

    code: Language
    tag: str
    name: str
    address: str
    current: bool
    translated: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of one public page.

    `translated` holds the languages in which the content really exists: only these are announced to
    search engines, and a page in another language is canonical to its source. `links` is the language
    switch, always with all four; `origin` begins the absolute addresses.
    """

    title: str
    description: str
    language: Language
    addresses: Mapping[Language, str]
    translated: frozenset[Language]
    section: str
    content_language: Language
    origin: str
    links: tuple[LanguageLink, ...]

    @property
    def alternates(self) -> list[LanguageLink]:
        """The languages to announce with hreflang: translated ones only, self included."""
        return [link for link in self.links if link.translated]

    @property
    def canonical(self) -> str:
        """This address, or the one of the language the content is really in."""
        return self.addresses[self.content_language]

    @property
    def default(self) -> str:
        """The x-default address: English where it exists, else the content's own language."""
        return self.addresses["en" if "en" in self.translated else self.content_language]

    @property
    def is_fallback(self) -> bool:
        return self.content_language != self.language

    @property
    def content_tag(self) -> str:
        return HTML_TAGS[self.content_language]

    @property
    def content_name(self) -> str:
        return OWN_NAMES[self.content_language]


Arguments = Callable[[Language], Mapping[str, Any]]


def link_to(code: Language, address: str, *, current: bool = False, translated: bool = True) -> LanguageLink:
    """A link to a subject in one language."""
    return LanguageLink(code, HTML_TAGS[code], OWN_NAMES[code], address, current, translated)


def addresses(name: str, arguments: Arguments | None = None) -> dict[Language, str]:
    """The address of a named view in each language; `arguments` gives each language's own slug."""
    found: dict[Language, str] = {}
    for code in LANGUAGES:
        with translation.override(code):
            found[code] = reverse(name, kwargs=dict(arguments(code)) if arguments else None)
    return found


def current_language() -> Language:
    """The language of the address now being answered."""
    return as_language(translation.get_language())


def show(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    description: str = "",
    section: str = "",
    links: Mapping[Language, str],
    names: MultilingualText | None = None,
    content_language: Language | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a public page in its frame.

    `names` is the text whose translations decide in which languages the page really exists; without it
    the page is made of the program's own words and exists in all four.
    """
    language = current_language()
    translated = frozenset(code for code in LANGUAGES if names is None or names.has(code))
    reading = names.reading(language) if names is not None else None
    shell = Shell(
        title=title,
        description=description,
        language=language,
        addresses=links,
        translated=translated,
        section=section,
        content_language=content_language or (reading.language if reading else language),
        origin=f"{request.scheme}://{request.get_host()}",
        links=tuple(
            link_to(code, links[code], current=code == language, translated=code in translated)
            for code in LANGUAGES
        ),
    )
    return render(request, template, {"shell": shell, **context}, status=status)
