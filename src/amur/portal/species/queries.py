"""Questions to the species."""

from collections.abc import Mapping
from typing import Any

from amur.portal.editing.choices import in_sight
from amur.portal.languages.codes import Language
from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.species.models import Species


def scientific_name(key: str) -> str | None:
    """The scientific name of a species by key, None when it is not in the list."""
    return Species.objects.filter(key=key).values_list("scientific_name", flat=True).first()


def species_choices(person: Any) -> list[tuple[str, str]]:
    """The species that a person may choose, by key, in the order of the list."""
    return [(one.key, str(one)) for one in in_sight(Species.objects.all(), person)]


@remembered
def all_species() -> list[Released]:
    """The released species in the order of the programme."""
    return list(released("species"))


@remembered
def species_names(language: Language) -> Mapping[str, str]:
    """What the released species are called in a language, by key; empty where it has no name for them."""
    return {row.key: row.names.text(language) for row in all_species()}
