"""What is learned from people's decisions: probabilities behind scores. Pure but for the rows that it reads.

Of each encounter that people have settled, the candidates that they saw are decisions: the animal it is, and
those that it is not. Until there are enough, probabilities are a guess and say so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from amur.portal.animals.queries import standing
from amur.portal.identity.models import Encounter, GalleryState, IdentityStatement
from amur.science.stripes import Calibration, Decision, Outcome, fuse

COSINE_SCALE = 20.0
"""Cosines are stretched by this before their logarithm is taken, so that near ones can be told apart."""


@dataclasses.dataclass(frozen=True, slots=True)
class Chances:
    """The calibrations of a gallery: of the local features, and of the vectors of a network beside them."""

    local: Calibration
    vectors: Calibration

    def together(self, candidate: Mapping[str, Any]) -> float:
        """The probability of a stored candidate by both methods."""
        answers = [{"it": self.local.probability(*_measures(candidate))}]
        if candidate.get("cosine") is not None:
            answers.append({"it": self.vectors.probability(*_by_vectors(candidate))})
        return fuse(*answers)[0][1]

    def to_json(self) -> dict[str, Any]:
        """The stored shape."""
        return {"local": dataclasses.asdict(self.local), "vectors": dataclasses.asdict(self.vectors)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Chances:
        """Read the stored shape; an empty one is the guess."""
        return cls(*(_calibration(stored.get(name) or {}) for name in ("local", "vectors")))


def _calibration(stored: Mapping[str, Any]) -> Calibration:
    if not stored:
        return Calibration()
    one, two, three, four, five = stored["pair"]
    first, second, third, fourth = stored["new"]
    return Calibration(
        (one, two, three, four, five),
        (first, second, third, fourth),
        stored["decisions"],
        stored["outcomes"],
    )


def learned(state: GalleryState) -> Chances:
    """Fit the calibrations of a gallery anew from everything that people have settled in it."""
    settled = (
        Encounter.objects.filter(
            project__office=state.office, species=state.species, state=Encounter.State.KNOWN, gone=None
        )
        .exclude(animal=None)
        .values_list("pk", "animal", "uuid")
    )
    animals = {pk: (animal, str(name)) for pk, animal, name in settled}
    now = standing([state.office_id])
    local: list[Decision] = []
    near: list[Decision] = []
    outcomes: list[Outcome] = []
    for row in _statements(animals):
        animal, name = animals[row.encounter_id]
        seen = row.evidence.get("seen") or []
        for one in seen:
            if not one.get("animal"):
                continue
            same = now.of(one["animal"], name) == animal
            if one["score"]:
                local.append(Decision(*_measures(one), same=same))
            if one.get("cosine") is not None:
                near.append(Decision(*_by_vectors(one), same=same))
        outcomes.append(_outcome(seen, new=row.verdict == IdentityStatement.Verdict.NEW))
    return Chances(Calibration.fit(local, outcomes), Calibration.fit(near))


def _statements(encounters: Iterable[int]) -> list[IdentityStatement]:
    """The first statement of a person on each settled encounter: later ones saw the same search."""
    first: dict[int, IdentityStatement] = {}
    rows = IdentityStatement.objects.filter(
        encounter__in=list(encounters), retracted=None, source=IdentityStatement.Source.REVIEW
    ).exclude(verdict=IdentityStatement.Verdict.DIFFERENT)
    for row in rows.order_by("pk"):
        if "seen" in row.evidence:
            first.setdefault(row.encounter_id, row)
    return list(first.values())


def _outcome(seen: list[dict[str, Any]], *, new: bool) -> Outcome:
    scores = [one["score"] for one in seen[:2]] + [0.0, 0.0]
    return Outcome(scores[0], scores[1], seen[0]["quality"] if seen else 0.0, new)


def _measures(one: Mapping[str, Any]) -> tuple[float, int, float, bool]:
    return one["score"], one["inliers"], one["quality"], one["same_station"]


def _by_vectors(one: Mapping[str, Any]) -> tuple[float, int, float, bool]:
    """A cosine in the place of a score; nothing else is known of it."""
    return max(one["cosine"], 0.0) ** 4 * COSINE_SCALE, 0, 0.0, False
