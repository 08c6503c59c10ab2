"""How species become records for the gate."""

from amur.disclosure import Record
from amur.portal.release.registry import Adapter, Draft, citations
from amur.portal.species.models import Species


def species_draft(species: Species) -> Draft:
    """A species page tells what the animal is, never where one is."""
    fields: dict[str, object] = {
        "name": species.names.to_json(),
        "scientific_name": species.scientific_name,
        "other_names": [
            f"{one.get('language', '')} {one.get('text', '')}".strip() for one in species.other_names
        ],
        "role": species.role,
        "iucn_status": species.iucn_status or None,
        "iucn_scope": species.iucn_scope or None,
        "sensitivity": species.sensitivity,
        "sensitivity_reason": species.sensitivity_reason or None,
        "profile": species.profile.to_json(),
        "confidence": species.confidence,
        "sources": citations(species.sources),
        "office": species.office.key,
    }
    return Draft(
        record=Record(
            kind="species",
            id=species.uuid,
            owner=species.office.key,
            taxon=species.scientific_name,
            fields=fields,
            published=species.is_published,
        ),
        key=species.key,
        sort=f"{species.position:03d}",
        slugs=species.slugs,
    )


SPECIES = Adapter(
    kind="species",
    model=Species,
    draft=species_draft,
    rows=lambda: Species.objects.select_related("office"),
)
