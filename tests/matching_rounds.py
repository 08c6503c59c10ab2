"""Statements of made-up rounds, for tests of the fold and of packages."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from amur.formats.matching.statements import FIRST, Role, Statement, state

ROUND = "5d0f4dd2-3d0b-4a51-8a39-0e2f6a7a1c11"
DAY = "2026-03-01"


class Side:
    """One side that says one thing after the other."""

    def __init__(self, role: Role, round_id: str = ROUND) -> None:
        self.role = role
        self.round_id = round_id
        self.said: list[Statement] = []

    def say(self, kind: str, **body: Any) -> Statement:
        previous = self.said[-1].hash if self.said else FIRST
        one = state(self.round_id, self.role, len(self.said) + 1, kind, body, previous)
        self.said.append(one)
        return one

    def flank(self, blob: str = "a" * 64) -> str:
        request = str(uuid4())
        self.say("flank", request=request, side="left", quality=0.5, blob=blob)
        return request

    def candidate(self, request: str, probability: float = 0.9) -> dict[str, str]:
        pair = {"request": request, "answer": str(uuid4())}
        self.say("candidate", **pair, probability=probability, calibrated=False)
        return pair

    def decide(self, pair: dict[str, str], verdict: str) -> Statement:
        return self.say("decision", **pair, verdict=verdict, expert="N. N.", day=DAY)

    def write(self, pair: dict[str, str], passport: str) -> Statement:
        return self.say("passport", **pair, passport=passport, home="")


def both() -> tuple[Side, Side]:
    return Side("asker"), Side("answerer")
