"""Questions to the species."""

from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.species.models import Species


def scientific_name(key: str) -> str | None:
    """The scientific name of a species by key, None when it is not in the list."""
    return Species.objects.filter(key=key).values_list("scientific_name", flat=True).first()


def species_choices() -> list[tuple[str, str]]:
    """All species for a choice, by key, in the order of the list."""
    return [(one.key, str(one)) for one in Species.objects.all()]


@remembered
def all_species() -> list[Released]:
    """The released species in the order of the programme."""
    return list(released("species"))
