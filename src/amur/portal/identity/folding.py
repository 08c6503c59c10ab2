"""What people together say of an encounter: a pure function of the statements that stand.

Each person has one opinion, the last one that stands; "is not" says nothing but that. Statements of the
source of imported records are the opinion of nobody, so that they yield to the first person.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SURE: Final = 0.99
"""From this calibrated probability on one person's "same" is enough; below, a second person is asked."""


class State(StrEnum):
    """Where an encounter stands; the values are those of `models.Encounter.State`."""

    OPEN = "open"
    SECOND = "second"
    CONFLICT = "conflict"
    KNOWN = "known"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Said:
    """One standing statement: `number` orders them, `person` is None for the source of imported records.

    `animal` is the animal as it is called now. `sure`: the person saw a calibrated probability of at least
    `SURE`.
    """

    number: int
    person: Hashable | None
    verdict: str
    animal: int | None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """The current view: `animal` when there is one, who agrees with it, and which animals it is not."""

    state: State
    animal: int | None = None
    people: int = 0
    excluded: Collection[int] = ()

    @property
    def certainty(self) -> str:
        """Who says so: "two" (or more people), "one" or the "source"; empty without an animal."""
        if self.animal is None:
            return ""
        return ("source", "one")[self.people] if self.people < 2 else "two"


def view(statements: Iterable[Said]) -> View:
    """What stands of an encounter.

    >>> view([Said(1, "Anna", "new", 5)]).state.value
    'second'
    >>> view([Said(1, "Anna", "same", 5, sure=True)]).state.value
    'known'
    >>> both = [Said(1, "Anna", "new", 5), Said(2, "Boris", "new", 5)]
    >>> view(both).animal, view(both).certainty
    (5, 'two')
    """
    ordered = sorted(statements, key=lambda said: said.number)
    opinions = opinions_of(ordered)
    excluded = frozenset(
        one.animal
        for one in ordered
        if one.verdict == "different" and one.animal and not _withdrawn(one, opinions)
    )
    if not opinions:
        given = [one for one in ordered if one.person is None and one.verdict != "different"]
        if given and given[-1].animal not in excluded:
            return View(State.KNOWN, given[-1].animal, 0, excluded)
        return View(State.CONFLICT if given else State.OPEN, None, 0, excluded)
    votes: dict[int | None, int] = {}
    for one in opinions.values():
        votes[one.animal] = votes.get(one.animal, 0) + 1
    most = max(votes.values())
    winners = [animal for animal, count in votes.items() if count == most]
    if len(winners) > 1 or (len(votes) > 1 and most < 2) or winners[0] in excluded:
        return View(State.CONFLICT, None, 0, excluded)
    animal = winners[0]
    if animal is None:
        return View(State.UNTOLD, None, most, excluded)
    enough = most >= 2 or any(one.sure and one.verdict == "same" for one in opinions.values())
    return View(State.KNOWN if enough else State.SECOND, animal, most, excluded)


def _withdrawn(one: Said, opinions: Mapping[Hashable, Said]) -> bool:
    """Whether the person who said that it is not the animal has said later that it is."""
    later = opinions.get(one.person)
    return later is not None and later.number > one.number and later.animal == one.animal


def opinions_of(statements: Iterable[Said]) -> Mapping[Hashable, Said]:
    """The last opinion of each person, in the order of the statements; "is not" is none."""
    return {
        one.person: one
        for one in sorted(statements, key=lambda said: said.number)
        if one.person is not None and one.verdict != "different"
    }
