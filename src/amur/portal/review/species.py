"""Names of species for labels: what may be typed, and the most frequent ones for the number keys."""

from collections.abc import Mapping
from typing import Final

from django.core.cache import cache
from django.db.models import Count

from amur.formats.detectors.amur_species import SPECIES
from amur.portal.cameras.models import CameraProject, Observation
from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.species.queries import all_species

KEYS: Final = 9
KEPT_S: Final = 600.0


def names(language: Language) -> dict[str, str]:
    """What may be chosen: scientific names with their names in a language, "" where it has none."""
    common = {str(row.fields["scientific_name"]): row.names.text(language) for row in all_species()}
    region = {
        " ".join((name.split()[0].capitalize(), *name.split()[1:])): ""
        for family in SPECIES.values()
        for name in family
    }
    return {**dict(sorted(region.items())), **common}


def known() -> Mapping[str, str]:
    """Scientific names by everything that a species is called, in any language, in small letters."""
    found = {name.casefold(): name for name in names("en")}
    for row in all_species():
        for code in LANGUAGES:
            if row.names.has(code):
                found[row.names.text(code).casefold()] = str(row.fields["scientific_name"])
    return found


def frequent(project: CameraProject) -> list[str]:
    """The species that a project has met most often, at most nine; counted anew every ten minutes."""
    key = f"review-species-{project.pk}"
    found: list[str] | None = cache.get(key)
    if found is None:
        said = Observation.objects.filter(project=project, ended=None).exclude(scientific_name="")
        counted = (
            said.values("scientific_name").annotate(times=Count("pk")).order_by("-times", "scientific_name")
        )
        found = [row["scientific_name"] for row in counted[:KEYS]]
        cache.set(key, found, KEPT_S)
    return found
