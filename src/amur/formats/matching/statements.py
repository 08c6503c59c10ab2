"""Statements of a round: immutable, owned by one side, numbered and chained; an allow-list of what they hold.

A statement's kind has a fixed list of fields with fixed forms (`FIELDS`). What is not on it can neither be
written nor taken in: there is no field for a place, a date of a picture, a station or a file name. The fold
of statements into a view is in `views`, packages that carry them in `packages`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from amur.formats.matching.messages import refusal

Role = Literal["asker", "answerer"]
Kind = Literal[
    "opening",
    "flank",
    "searched",
    "candidate",
    "crop",
    "decision",
    "passport",
    "release",
    "retraction",
    "end",
]
FIRST: Final = "0" * 64
PURPOSE: Final = "identification"

_UUID4: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_DAY: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_PASSPORT: Final = re.compile(r"AMUR-[A-Z]{3}-[0-9]{4,8}")
_SPECIES: Final = re.compile(r"[A-Z][a-z]+( [a-z]+){1,2}")
VERDICTS: Final = ("same", "different", "unsure")

Test = Callable[[Any], bool]


def _matches(pattern: re.Pattern[str]) -> Test:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _line(most: int, least: int = 1) -> Test:
    return lambda value: isinstance(value, str) and least <= len(value) <= most and value.isprintable()


def _count(value: Any) -> bool:
    return type(value) is int and 0 < value < 10**9


def _share(digits: int) -> Test:
    return lambda value: type(value) is float and 0 <= value <= 1 and round(value, digits) == value


def _one_of(*values: Any) -> Test:
    return lambda value: type(value) in {type(each) for each in values} and value in values


_PAIR: Final[Mapping[str, Test]] = {"request": _matches(_UUID4), "answer": _matches(_UUID4)}

FIELDS: Final[Mapping[str, Mapping[str, Test]]] = {
    "opening": {
        "species": _matches(_SPECIES),
        "purpose": _one_of(PURPOSE),
        "agreement": _line(80),
        "version": _count,
        "clause": _line(80, 0),
        "text": _matches(_HASH),
    },
    "flank": {
        "request": _matches(_UUID4),
        "side": _one_of("left", "right", "unknown"),
        "quality": _share(1),
        "blob": _matches(_HASH),
    },
    "searched": {"requests": _count, "threshold": _share(2)},
    "candidate": {**_PAIR, "probability": _share(2), "calibrated": _one_of(True, False)},
    "crop": {**_PAIR, "blob": _matches(_HASH)},
    "decision": {**_PAIR, "verdict": _one_of(*VERDICTS), "expert": _line(120), "day": _matches(_DAY)},
    "passport": {**_PAIR, "passport": _matches(_PASSPORT), "home": _line(40, 0)},
    "release": {"joint": _count},
    "retraction": {"number": _count},
    "end": {},
}
"""The fields of each kind. `request` and `answer` are random names of one flank of either side."""

SAYS: Final[Mapping[Role, frozenset[str]]] = {
    "asker": frozenset(FIELDS) - {"searched", "candidate"},
    "answerer": frozenset(FIELDS) - {"flank"},
}


@dataclass(frozen=True, slots=True)
class Statement:
    """What one side said as its `number`-th (from 1), after the statement with the hash `previous`."""

    role: Role
    number: int
    kind: Kind
    body: Mapping[str, Any]
    previous: str
    hash: str

    @property
    def blob(self) -> str:
        """The hash of the content that belongs to it; empty for most kinds."""
        return str(self.body.get("blob", ""))

    @property
    def pair(self) -> tuple[str, str]:
        """The request and the answer that it is about."""
        return str(self.body["request"]), str(self.body["answer"])


def state(
    round_id: str, role: Role, number: int, kind: str, body: Mapping[str, Any], previous: str
) -> Statement:
    """A statement with its hash. Raises FormatError naming what has no place in it.

    >>> state("r", "asker", 1, "end", {}, FIRST).number
    1
    """
    if kind not in SAYS[role]:
        raise refusal("not-allowed", what=f"{role}.{kind}"[:60])
    fields = FIELDS[kind]
    for name in [*fields, *body]:
        if name not in fields or name not in body or not fields[name](body[name]):
            raise refusal("not-allowed", what=f"{kind}.{name}"[:60])
    plain = dict(body)
    digest = hashlib.sha256(canonical([round_id, role, number, kind, plain, previous])).hexdigest()
    return Statement(role, number, cast(Kind, kind), plain, previous, digest)


def canonical(value: object) -> bytes:
    """One JSON text for one value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def require_follows(statement: Statement, previous: str) -> None:
    """Raise FormatError unless a statement continues the chain."""
    if statement.previous != previous:
        raise refusal("broken-chain", number=statement.number)
