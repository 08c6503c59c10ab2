"""The independent incident of SMART: an observation outside patrols. XML 1.0, the element `Waypoint`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from amur.formats.smart.binding import NOTHING, Attribute, Child, Fault, Leaf, Rest
from amur.formats.smart.patrol import Attachment, Group, Observation, place_faults


@dataclass(frozen=True, slots=True)
class Incident:
    """Where and when; degrees of WGS 84. A time without an offset is the local wall clock."""

    id: Annotated[str, Attribute("id")]
    longitude: Annotated[float, Attribute("x")]
    latitude: Annotated[float, Attribute("y")]
    moment: Annotated[datetime, Attribute("dateTime")]
    direction: Annotated[float | None, Attribute("direction")] = None
    distance: Annotated[float | None, Attribute("distance")] = None
    comment: Annotated[str | None, Leaf("comment")] = None
    attachments: Annotated[tuple[Attachment, ...], Child("attachments")] = ()
    groups: Annotated[tuple[Group, ...], Child("groups")] = ()
    direct: Annotated[tuple[Observation, ...], Child("observations")] = ()
    rest: Rest = NOTHING

    @property
    def observations(self) -> tuple[Observation, ...]:
        """All observations, with and without a group."""
        return (*(each for group in self.groups for each in group.observations), *self.direct)

    def faults(self) -> Iterator[Fault]:
        """A place that is none."""
        yield from place_faults(self.longitude, self.latitude)
