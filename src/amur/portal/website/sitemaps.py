"""Every public address in the languages in which it really exists."""

from collections.abc import Callable, Iterable, Iterator

from django.utils import translation

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.languages.text import MultilingualText
from amur.portal.release.models import Released
from amur.portal.release.queries import released, slug_in
from amur.portal.website.queries import PageRow, all_versions
from amur.portal.website.shell import Arguments, LanguageLink, addresses, link_to

ROUTES = {
    "area": "area",
    "transboundary-unit": "unit",
    "species": "species-page",
    "publication": "publication",
    "event": "event",
    "event-series": "event-series",
}

# Addresses of subjects that stand above the website; each adds its own when its app is ready.
FURTHER: list[Callable[[], Iterable[list[LanguageLink]]]] = []


def entries() -> Iterator[list[LanguageLink]]:
    """One list of language versions for each subject."""
    for name in (
        "areas", "animals", "cameras", "connectivity", "population", "surveys", "offices", "species", "facts",
        "timeline", "library", "events", "commitments", "newsletter",
    ):  # fmt: skip
        yield _links(addresses(name))
    for kind, route in ROUTES.items():
        for row in released(kind):
            yield _links(addresses(route, _slug(row)), row.names)
    for row in released("fact"):
        yield _links(addresses("fact", _uuid(row)))
    for kind, route in (
        ("animal", "animal"),
        ("camera-project", "cameras-project"),
        ("connectivity", "connectivity-result"),
        ("population", "population-result"),
        ("survey", "survey-result"),
    ):
        for row in released(kind):
            yield _links(addresses(route, _uuid(row)), row.names)
    for found in all_versions():
        yield [link_to(code, _address(row)) for code, row in found.items()]
    for more in FURTHER:
        yield from more()


def _address(row: PageRow) -> str:
    with translation.override(row.language):
        return row.address


def _slug(row: Released) -> Arguments:
    return lambda language: {"slug": slug_in(row, language)}


def _uuid(row: Released) -> Arguments:
    return lambda language: {"uuid": row.uuid}


def _links(found: dict[Language, str], names: MultilingualText | None = None) -> list[LanguageLink]:
    return [link_to(code, found[code]) for code in LANGUAGES if names is None or names.has(code)]
