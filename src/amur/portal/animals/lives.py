"""Where the catalogue asks when an animal was seen: the subject that knows registers itself when it is ready.

What it gives is raw; it answers only for people with a right to it.
"""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from amur.portal.animals.models import Animal


class Source(Protocol):
    """Whoever knows the visits of animals: see `amur.portal.identity.lives` for what is in the answers."""

    def sightings(self, animals: Collection[int], person: Any) -> Mapping[int, Any]:
        """First and last sight, number of visits, doubts and best picture, by primary key."""
        ...

    def life_of(self, animal: Animal, person: Any) -> Any:
        """All visits of an animal, None for people who may not see them."""
        ...


_sources: list[Source] = []


def register(source: Source) -> None:
    """Make the one source known."""
    _sources[:] = [source]


def sightings(animals: Collection[int], person: Any) -> Mapping[int, Any]:
    """See `Source.sightings`; empty without a source."""
    return _sources[0].sightings(animals, person) if _sources else {}


def life_of(animal: Animal, person: Any) -> Any:
    """See `Source.life_of`; None without a source."""
    return _sources[0].life_of(animal, person) if _sources else None
