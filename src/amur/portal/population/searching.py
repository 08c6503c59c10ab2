"""What the search finds of the room: released results, by title, notes and species."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.search.registry import Item, Kind, Source, Text, identity_of, words_in
from amur.portal.species.queries import species_names
from amur.portal.website.shell import addresses


def items() -> Iterator[Item]:
    """Every released result."""
    for row in released("population"):
        yield item(row)


def item(row: Released) -> Item:
    """A result in the languages in which it has a title."""
    return Item(
        identity=identity_of(row),
        kind=row.kind,
        texts={code: _text(row, code) for code in LANGUAGES if row.names.has(code)},
        addresses=addresses("population-result", lambda code: {"uuid": row.uuid}),
        date=str(row.fields["computed"] or ""),
        subjects=frozenset({f"species:{row.fields['species']}"}),
    )


def _text(row: Released, language: Language) -> Text:
    fields = row.fields
    with translation.override(language):
        made_up = _("simulated") if fields["simulated"] else ""
    species = species_names(language).get(fields["species"], "")
    return Text(
        title=row.names.texts[language].text,
        summary=" · ".join(part for part in (made_up, species) if part),
        body=words_in(fields["notes"], language),
        keywords=(row.key.replace("-", " "),),
    )


SEARCHED = Source(
    name="population",
    kinds={"population": Kind(gettext_lazy("Population estimate"))},
    items=items,
    released={"population": lambda row: [item(row)]},
)
