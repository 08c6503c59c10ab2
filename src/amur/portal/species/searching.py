"""What the search finds of the species: each with its names, its profile and its known individuals."""

from collections.abc import Iterable, Iterator

from django.utils.translation import pgettext_lazy

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.release.models import Released
from amur.portal.release.queries import about, released, slug_in
from amur.portal.search.registry import Item, Kind, Source, Text, identity_of, lines, words_in
from amur.portal.website.shell import addresses


def items() -> Iterator[Item]:
    """Every released species."""
    for row in released("species"):
        yield item(row)


def item(row: Released) -> Item:
    """A species in the languages in which it has a name."""
    animals = list(about("animal", f"species:{row.key}"))
    return Item(
        identity=identity_of(row),
        kind="species",
        texts={code: _text(row, animals, code) for code in LANGUAGES if row.names.has(code)},
        addresses=addresses("species-page", lambda code: {"slug": slug_in(row, code)}),
        subjects=frozenset({f"species:{row.key}"}),
    )


def of_animal(row: Released) -> Iterable[Item]:
    """The species that an individual belongs to: its page tells of the individual."""
    key = row.subject.partition(":")[2]
    return [item(species) for species in released("species").filter(key=key)]


def _text(row: Released, animals: list[Released], language: Language) -> Text:
    others = [
        name
        for code, _space, name in (one.partition(" ") for one in row.fields.get("other_names") or ())
        if code == language
    ]
    return Text(
        title=row.names.texts[language].text,
        summary=str(row.fields.get("scientific_name") or ""),
        body=lines(
            words_in(row.fields.get("profile"), language),
            *(words_in(animal.names, language) for animal in animals),
        ),
        keywords=(str(row.fields.get("scientific_name") or ""), *others),
    )


SEARCHED = Source(
    name="species",
    kinds={"species": Kind(pgettext_lazy("something found", "Species"), weight=1.3)},
    items=items,
    released={"species": lambda row: [item(row)], "animal": of_animal},
)
