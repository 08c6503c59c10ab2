"""What the search finds of the room: released results, by title, notes and areas."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.search.registry import Item, Kind, Source, Text, identity_of, words_in
from amur.portal.website.shell import addresses


def items() -> Iterator[Item]:
    """Every released result."""
    for row in released("connectivity"):
        yield item(row)


def item(row: Released) -> Item:
    """A result in the languages in which it has a title."""
    areas = row.fields["areas"]
    return Item(
        identity=identity_of(row),
        kind=row.kind,
        texts={code: _text(row, code) for code in LANGUAGES if row.names.has(code)},
        addresses=addresses("connectivity-result", lambda code: {"uuid": row.uuid}),
        date=str(row.fields["computed"] or ""),
        subjects=frozenset(f"area:{area['key']}" for area in areas),
    )


def _text(row: Released, language: Language) -> Text:
    fields = row.fields
    names = ", ".join(words_in(area["names"], language) for area in fields["areas"])
    with translation.override(language):
        made_up = _("synthetic") if fields["synthetic"] else ""
    return Text(
        title=row.names.texts[language].text,
        summary=" · ".join(part for part in (made_up, names) if part),
        body=words_in(fields["notes"], language),
        keywords=(row.key.replace("-", " "),),
    )


SEARCHED = Source(
    name="connectivity",
    kinds={"connectivity": Kind(gettext_lazy("Connectivity"))},
    items=items,
    released={"connectivity": lambda row: [item(row)]},
)
