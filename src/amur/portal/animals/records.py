"""How known individuals become records for the gate.

Only the passport is a record here: name, species, sex. The rescue and the release of an animal are events of
category 1 with a place and a date; they never reach the public view.
"""

from amur.disclosure import Record
from amur.portal.animals.models import Animal
from amur.portal.animals.queries import current
from amur.portal.release.registry import Adapter, Draft, citations
from amur.portal.species.queries import scientific_name


def animal_draft(animal: Animal) -> Draft:
    """Name, sex and species may be told; places, dates and fates only as finely as the gate allows."""
    fields: dict[str, object] = {
        "name": animal.names.to_json(),
        "species_key": animal.species_key,
        "sex": animal.sex or None,
        "born": str(animal.born_from) if animal.born_from and animal.born_from == animal.born_to else None,
        "image": animal.portrait_key or None,
        "found_text": animal.found_text.to_json(),
        "release_area": animal.release_area_key or None,
        "fate": animal.fate.to_json(),
        "confidence": animal.confidence,
        "sources": citations(animal.sources),
        "office": animal.office.key,
    }
    return Draft(
        record=Record(
            kind="animal",
            id=animal.uuid,
            owner=animal.office.key,
            taxon=scientific_name(animal.species_key),
            fields=fields,
            published=animal.is_published and not _is_merged(animal),
        ),
        key=animal.key,
        subject=f"species:{animal.species_key}",
        sort=animal.key,
    )


def _is_merged(animal: Animal) -> bool:
    """Whether the animal is now another one of its office, which the public meets in its place."""
    return animal.pk is not None and current(animal).pk != animal.pk


ANIMALS = Adapter(
    kind="animal",
    model=Animal,
    draft=animal_draft,
    rows=lambda: Animal.objects.select_related("office"),
)
