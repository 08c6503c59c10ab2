"""What the search finds of the register: areas and transboundary units, from the released view."""

from collections.abc import Iterator

from babel import Locale
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.languages.dates import BABEL_LOCALES
from amur.portal.release.models import Released
from amur.portal.release.queries import released, slug_in
from amur.portal.search.registry import Item, Kind, Source, Text, identity_of, lines, words_in
from amur.portal.website.shell import addresses

ROUTES = {"area": "area", "transboundary-unit": "unit"}


def items() -> Iterator[Item]:
    """Every released area and unit."""
    for row in released(list(ROUTES)):
        yield item(row)


def item(row: Released) -> Item:
    """An area or a unit in the languages in which it has a name."""
    countries = row.fields.get("countries") or ()
    return Item(
        identity=identity_of(row),
        kind=row.kind,
        texts={code: _text(row, code) for code in LANGUAGES if row.names.has(code)},
        addresses=addresses(ROUTES[row.kind], lambda code: {"slug": slug_in(row, code)}),
        date=str(row.fields.get("established") or row.fields.get("date") or ""),
        subjects=frozenset({f"{row.kind}:{row.key}", *(f"country:{code}" for code in countries)}),
    )


def _text(row: Released, language: Language) -> Text:
    fields = row.fields

    def said(name: str) -> str:
        return words_in(fields.get(name), language)

    where = said("region") or said("place")
    what = said("designation") or said("type")
    return Text(
        title=row.names.texts[language].text,
        summary=" · ".join(part for part in (what, where, _countries(row, language)) if part),
        body=lines(said("purpose"), said("notes")),
        keywords=(row.key.replace("-", " "),),
    )


def _countries(row: Released, language: Language) -> str:
    territories = Locale.parse(BABEL_LOCALES[language]).territories
    return ", ".join(str(territories.get(code, code)) for code in row.fields.get("countries") or ())


SEARCHED = Source(
    name="areas",
    kinds={
        "area": Kind(pgettext_lazy("something found", "Area")),
        "transboundary-unit": Kind(_("Transboundary unit")),
    },
    items=items,
    released={kind: lambda row: [item(row)] for kind in ROUTES},
)
