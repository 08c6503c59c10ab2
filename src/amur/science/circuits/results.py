"""What a mode is asked for and what it gives back: `Wanted`, `Sink`, `Store`, `Result`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from amur.science.circuits.solution import Floats, Integers, Solution

Progress = Callable[[float, str], None]
Kind = Literal["current", "voltage"]
Name = tuple[int, ...]

UNREACHABLE = -1.0
"""The resistance between nodes that no current joins, as Circuitscape writes it."""


def unwatched(done: float, stage: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which maps are computed besides the resistances.

    `currents` and `voltages` ask for a map of each solve, `cumulative` and `maximum` for the sum and the
    largest over all solves. With `zero_focal` the nodes that are active in a solve count as 0 in its map.
    """

    currents: bool = False
    voltages: bool = False
    cumulative: bool = False
    maximum: bool = False
    zero_focal: bool = False

    @property
    def each(self) -> bool:
        """Whether solves are looked at one by one."""
        return self.currents or self.voltages

    @property
    def any_current(self) -> bool:
        """Whether currents are computed at all."""
        return self.currents or self.cumulative or self.maximum


class Sink(Protocol):
    """Takes the maps of single solves, so that they need not all be kept."""

    def wants(self, kind: Kind, name: Name) -> bool:
        """Whether this map is still needed; a resumed run has some already."""
        ...

    def take(self, kind: Kind, name: Name, values: Floats) -> None:
        """A finished map (rows, cols) in amperes or volts; `name` holds the focal nodes of the solve."""
        ...


class Store(Protocol):
    """Keeps finished pieces of work, so that an interrupted run goes on where it was."""

    def get(self, key: str) -> Floats | None:
        """A piece that is kept."""
        ...

    def put(self, key: str, values: Floats) -> Floats:
        """Keep a piece; gives back an array with the same values, which may lie in a file."""
        ...

    def checkpoint(self, key: str, make: Callable[[], Floats]) -> None:
        """Keep the state of a long sum, made by `make`, when the store finds it is time."""
        ...

    def noted(self, key: str) -> list[Solved]:
        """How the systems behind a piece were solved."""
        ...

    def note(self, key: str, solved: Sequence[Solved]) -> None:
        """Keep how the systems behind a piece were solved, no later than the piece itself."""
        ...


class Nothing:
    """A store that keeps nothing."""

    def get(self, key: str) -> Floats | None:
        """Nothing."""
        return None

    def put(self, key: str, values: Floats) -> Floats:
        """The values themselves."""
        return values

    def checkpoint(self, key: str, make: Callable[[], Floats]) -> None:
        """Nothing."""

    def noted(self, key: str) -> list[Solved]:
        """Nothing."""
        return []

    def note(self, key: str, solved: Sequence[Solved]) -> None:
        """Nothing."""


@dataclass(slots=True)
class Kept:
    """A sink that keeps every map in `maps`."""

    maps: dict[tuple[Kind, Name], Floats] = field(default_factory=dict)

    def wants(self, kind: Kind, name: Name) -> bool:
        """Always."""
        return True

    def take(self, kind: Kind, name: Name, values: Floats) -> None:
        """Keep it."""
        self.maps[kind, name] = values


@dataclass(frozen=True, slots=True)
class Solved:
    """How one system was solved: unknown cells, right-hand sides, method, the worst relative residual and the
    largest estimated relative error of an effective resistance.
    """

    size: int
    count: int
    method: str
    iterations: int
    residual: float
    error_estimate: float

    @classmethod
    def of(cls, size: int, solution: Solution) -> Solved:
        """The record of a solution."""
        return cls(
            size,
            int(solution.residuals.size),
            solution.method,
            solution.iterations,
            float(solution.residuals.max(initial=0.0)),
            float(solution.error_estimate.max(initial=0.0)),
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What a mode found.

    `ids` (n,) the focal nodes; `resistances` in ohm: (n, n) for pairs, (n,) for one-to-all (for all-to-one 0
    where it was solved), -1 where nothing was joined; `cumulative` and `maximum` (rows, cols) in amperes;
    `maps` the maps of each solve where no sink took them; `without_data` focal nodes that lie on no data,
    `groups` the focal nodes of each component; `solved` how each system was solved.
    """

    ids: Integers
    resistances: Floats | None = None
    cumulative: Floats | None = None
    maximum: Floats | None = None
    maps: dict[tuple[Kind, Name], Floats] = field(default_factory=dict)
    without_data: tuple[int, ...] = ()
    groups: tuple[tuple[int, ...], ...] = ()
    solved: tuple[Solved, ...] = ()

    @property
    def error_estimate(self) -> float:
        """The largest estimated relative error of all solves."""
        return max((one.error_estimate for one in self.solved), default=0.0)
