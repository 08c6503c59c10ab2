"""The ordered scales of the gate: how exactly a place and a time may be said, and how sensitive a thing is.

Read by every other module of `amur.disclosure`. Each scale runs from strictest (0) to most open, so
the strictest of several answers is always `min`. The order is the rank, never a distance in metres:
two scales that are compared by metres are how "100 km" once came to mean "100 m" elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from fractions import Fraction


class Level(IntEnum):
    """How exactly a place is said. The four cell sizes nest: 1° holds 0.5° holds 0.1° holds 0.01°.

    >>> min(Level.TENTH, Level.DEGREE, Level.EXACT).word
    '1'
    """

    WITHHELD = 0
    DEGREE = 1
    HALF = 2
    TENTH = 3
    HUNDREDTH = 4
    EXACT = 5

    @property
    def cells_per_degree(self) -> int:
        """Cells in one degree; raises ValueError for the two levels that are no cell."""
        if self not in _CELLS_PER_DEGREE:
            raise ValueError(f"{self.name} is not a level of the grid")
        return _CELLS_PER_DEGREE[self]

    @property
    def is_cell(self) -> bool:
        return self in _CELLS_PER_DEGREE

    @property
    def step(self) -> Fraction:
        """The side of a cell in degrees."""
        return Fraction(1, self.cells_per_degree)

    @property
    def word(self) -> str:
        """The word for this level in rule tables and messages."""
        return _LEVEL_WORDS[self]


_CELLS_PER_DEGREE = {Level.DEGREE: 1, Level.HALF: 2, Level.TENTH: 10, Level.HUNDREDTH: 100}
_LEVEL_WORDS = {
    Level.WITHHELD: "withheld",
    Level.DEGREE: "1",
    Level.HALF: "0.5",
    Level.TENTH: "0.1",
    Level.HUNDREDTH: "0.01",
    Level.EXACT: "exact",
}


class TimeLevel(IntEnum):
    """How exactly a time is said."""

    WITHHELD = 0
    YEAR = 1
    MONTH = 2
    DAY = 3
    EXACT = 4

    @property
    def word(self) -> str:
        return self.name.lower()


class Category(IntEnum):
    """Sensitivity after Chapman (2020): 1 extreme, 2 high, 3 medium, 4 low; 5 is open.

    0 is what an unknown, misspelt or expired rule gives. It is withheld whatever a table says.
    """

    UNKNOWN = 0
    EXTREME = 1
    HIGH = 2
    MEDIUM = 3
    LOW = 4
    OPEN = 5

    @property
    def word(self) -> str:
        return self.name.lower()


class Purpose(StrEnum):
    """What a view is asked for. A purpose that the rules do not list gives nothing."""

    PUBLICATION = "publication"
    OPEN_DATA = "open-data"
    MANAGEMENT = "management"
    RESEARCH = "research"
    IDENTIFICATION = "identification"
    CONFLICT_RESPONSE = "conflict-response"
    LAW_ENFORCEMENT = "law-enforcement"
    REPORTING = "reporting"
    AUDIT = "audit"


class Side(StrEnum):
    """How an audience stands to one record; found by the gate, never chosen by a caller."""

    PUBLIC = "public"
    PARTNER = "partner"
    AUDITOR = "auditor"
    OWNER = "owner"


@dataclass(frozen=True)
class Audience:
    """Who asks: `kind` is "public", "office" or "auditor"; the last two belong to an `office`.

    An office's own people see its records whole; another office's people see what an agreement
    gives them; an auditor sees the records of the office that appointed them, coarsened.

    >>> Audience.member("dadal")
    Audience(kind='office', office='dadal')
    """

    kind: str
    office: str | None = None

    @classmethod
    def public(cls) -> Audience:
        return cls("public")

    @classmethod
    def member(cls, office: str) -> Audience:
        return cls("office", office)

    @classmethod
    def auditor(cls, office: str) -> Audience:
        return cls("auditor", office)
