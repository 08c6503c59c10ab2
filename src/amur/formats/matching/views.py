"""The view of a round: a pure fold of the statements of both sides, whatever order they came in.

Statements are a set; of several of one side on the same thing the one with the highest number counts unless
it was retracted. So lost, repeated and reordered packages end in the same view once everything has arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from amur.formats.matching.statements import Role, Statement

ROLES: tuple[Role, Role] = ("asker", "answerer")


class Outcome(StrEnum):
    """What became of a pair."""

    OPEN = "open"
    HALF = "half"
    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    DISAGREED = "disagreed"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two flanks that may show one animal, and what each side said of them, by role."""

    request: str
    answer: str
    probability: float
    calibrated: bool
    crops: Mapping[Role, Statement] = field(default_factory=dict)
    decisions: Mapping[Role, Statement] = field(default_factory=dict)
    passports: Mapping[Role, Statement] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """Same only when both say so; one that is unsure leaves it unsure."""
        said = {str(each.body["verdict"]) for each in self.decisions.values()}
        if len(self.decisions) < 2:
            return Outcome.HALF if said else Outcome.OPEN
        if "unsure" in said:
            return Outcome.UNSURE
        return Outcome(said.pop()) if len(said) == 1 else Outcome.DISAGREED

    @property
    def passport(self) -> str:
        """The passport that both sides wrote for the one animal; empty without."""
        said = {str(each.body["passport"]) for each in self.passports.values()}
        agreed = self.outcome is Outcome.SAME and len(self.passports) == 2 and len(said) == 1
        return said.pop() if agreed else ""


@dataclass(frozen=True, slots=True)
class View:
    """A round as far as it is known: flanks by request, pairs with the likeliest first, who ended it."""

    openings: Mapping[Role, Statement]
    flanks: Mapping[str, Statement]
    searched: Statement | None
    pairs: tuple[Pair, ...]
    releases: Mapping[Role, Statement]
    ended: frozenset[Role]

    @property
    def joint(self) -> tuple[str, ...]:
        """The passports that both sides wrote, each once."""
        return tuple(sorted({each.passport for each in self.pairs if each.passport}))

    @property
    def released(self) -> int | None:
        """The number of joint animals that both sides release to the public; None while they do not agree."""
        said = {int(each.body["joint"]) for each in self.releases.values()}
        agreed = len(self.releases) == 2 and said == {len(self.joint)}
        return len(self.joint) if agreed else None

    def pair(self, request: str, answer: str) -> Pair | None:
        """One pair, None when it is not (or no longer) there."""
        return next((each for each in self.pairs if (each.request, each.answer) == (request, answer)), None)


def fold(statements: Iterable[Statement]) -> View:
    """The view of all statements."""
    unique = {(each.role, each.number): each for each in statements}
    ordered = [unique[key] for key in sorted(unique)]
    gone = {(each.role, each.body["number"]) for each in ordered if each.kind == "retraction"}
    standing = [each for each in ordered if (each.role, each.number) not in gone]
    flanks = {str(each.body["request"]): each for each in standing if each.kind == "flank"}
    about = _about_pairs(standing)
    candidates = {each.pair: each for each in standing if each.kind == "candidate"}
    pairs = [
        Pair(
            *pair,
            probability=float(each.body["probability"]),
            calibrated=bool(each.body["calibrated"]),
            crops=about.get(("crop", pair), {}),
            decisions=about.get(("decision", pair), {}),
            passports=about.get(("passport", pair), {}),
        )
        for pair, each in candidates.items()
        if pair[0] in flanks
    ]
    return View(
        openings={each.role: each for each in standing if each.kind == "opening"},
        flanks=flanks,
        searched=next((each for each in reversed(standing) if each.kind == "searched"), None),
        pairs=tuple(sorted(pairs, key=lambda each: (-each.probability, each.request, each.answer))),
        releases={each.role: each for each in standing if each.kind == "release"},
        ended=frozenset(each.role for each in standing if each.kind == "end"),
    )


def _about_pairs(standing: Iterable[Statement]) -> dict[tuple[str, tuple[str, str]], dict[Role, Statement]]:
    found: dict[tuple[str, tuple[str, str]], dict[Role, Statement]] = {}
    for each in standing:
        if each.kind in ("crop", "decision", "passport"):
            found.setdefault((each.kind, each.pair), {})[each.role] = each
    return found


def wanted_blobs(statements: Iterable[Statement], view: View) -> frozenset[str]:
    """The hashes of contents that may still be kept: flanks of a round that goes on, crops of standing pairs.

    When a side has ended the round, only crops of pairs that are one animal stay.
    """
    if view.ended:
        kept = [pair for pair in view.pairs if pair.outcome is Outcome.SAME]
        return frozenset(crop.blob for pair in kept for crop in pair.crops.values())
    crops = {crop.blob for pair in view.pairs for crop in pair.crops.values()}
    return frozenset(crops | {each.blob for each in view.flanks.values()})
