"""Questions to the species."""

from amur.portal.species.models import Species


def scientific_name(key: str) -> str | None:
    """The scientific name of a species by key, None when it is not in the list."""
    return Species.objects.filter(key=key).values_list("scientific_name", flat=True).first()
