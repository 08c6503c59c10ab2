"""What the search finds of the room: released numbers, by title, notes and species."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.search.registry import Item, Kind, Source, Text, identity_of, words_in
from amur.portal.species.queries import all_species
from amur.portal.surveys.wordings import species_words
from amur.portal.website.shell import addresses


def items() -> Iterator[Item]:
    """Everything that is released."""
    for row in released("survey"):
        yield item(row)


def item(row: Released) -> Item:
    """Numbers in the languages in which they have a title."""
    seen = {one["species"] for one in row.fields["species"]}
    keys = {one.key for one in all_species() if one.fields["scientific_name"] in seen}
    return Item(
        identity=identity_of(row),
        kind=row.kind,
        texts={code: _text(row, code) for code in LANGUAGES if row.names.has(code)},
        addresses=addresses("survey-result", lambda code: {"uuid": row.uuid}),
        date=str(row.fields["computed"] or ""),
        subjects=frozenset(f"species:{key}" for key in keys),
    )


def _text(row: Released, language: Language) -> Text:
    with translation.override(language):
        made_up = _("simulated") if row.fields["simulated"] else ""
    names = ", ".join(species_words(one["species"], language) for one in row.fields["species"])
    return Text(
        title=row.names.texts[language].text,
        summary=" · ".join(part for part in (made_up, names) if part),
        body=words_in(row.fields["notes"], language),
        keywords=(row.key.replace("-", " "),),
    )


SEARCHED = Source(
    name="surveys",
    kinds={"survey": Kind(gettext_lazy("Numbers of a camera survey"))},
    items=items,
    released={"survey": lambda row: [item(row)]},
)
