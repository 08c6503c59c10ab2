"""What comes out of the gate: a view holds released values only and no way back to the record.

Made by `amur.disclosure.gate.view`; stored, searched, counted, drawn and exported by the portal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from amur.disclosure.grid import Cell
from amur.disclosure.levels import Level, TimeLevel
from amur.disclosure.statements import Statement


@dataclass(frozen=True)
class ReleasedPlace:
    """A place as released, degrees on WGS 84.

    At a cell level, longitude and latitude are the centre of `cell` and everything here is computed
    from the cell; `units` are areas that hold the whole cell. A place may be a named unit alone.
    `uncertainty_m` is never smaller than the distance to the true place; None is unknown.
    """

    level: Level
    longitude: float | None = None
    latitude: float | None = None
    cell: Cell | None = None
    uncertainty_m: float | None = None
    geometry: str | None = None
    units: tuple[tuple[str, str], ...] = ()

    @property
    def precision_degrees(self) -> float | None:
        """Darwin Core coordinatePrecision: the side of the cell; None for an exact place."""
        return None if self.cell is None else float(self.cell.level.step)

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the cell in degrees."""
        return None if self.cell is None else self.cell.bounds


@dataclass(frozen=True)
class View:
    """A record as one audience may see it for one purpose.

    `withheld` means that nothing of the record may be shown, counted or hinted at: leave it out.
    Otherwise `place` or `time` may still be None, and `reasons` says why. `fields` holds released
    values, and a `Statement` in the place of each value that is kept back.
    """

    id: UUID
    kind: str
    owner: str
    withheld: bool
    level: Level
    time_level: TimeLevel
    place: ReleasedPlace | None = None
    time: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    reasons: tuple[Statement, ...] = ()
    generalisations: tuple[Statement, ...] = ()
    rules_version: str = ""

    def get(self, name: str) -> object:
        """A released field, its statement, or None when the record does not have it."""
        return self.fields.get(name)
