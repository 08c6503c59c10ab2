"""Clocks of camera traps: what makes one doubtful, and corrections that never lose what it showed.

Times here are what a clock showed, without zone, in the order of the files: `datetime64`, NaT where a file
tells none. A `Correction` is a straight line from shown to true time over a range of files; offset, drift, a
wrong year and a clock that began anew are all of this kind. Called by `portal.cards.clocks` with the times of
a card or a deployment; `local_times` then makes instants of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.datetime64]
Kind = Literal["offset", "drift", "year", "reset", "light"]
Code = Literal["reset", "wrong-year", "early", "late", "backwards", "night-at-noon"]

NEVER: Final = np.datetime64("NaT", "us")
DAY_S: Final = 86_400
SLACK_S: Final = DAY_S
"""How far outside its deployment a picture may lie unsuspected: field notes often give the day alone."""
BACKWARDS_S: Final = 120
"""A step back in the order of files that needs no telling: pictures and videos overlap."""
MOST_RATE: Final = 0.01
"""A clock that gains or loses more than 14 minutes a day is no clock with drift."""
FEWEST_BY_LIGHT: Final = 8


@dataclass(frozen=True, slots=True)
class Correction:
    """True time = shown + `offset_s` + `rate` x (shown - `anchor`), for files from `first` to before `last`.

    `last` None is the end of the card; `anchor` is the shown time where the offset holds exactly.
    """

    kind: Kind
    offset_s: float
    rate: float = 0.0
    anchor: np.datetime64 = NEVER
    first: int = 0
    last: int | None = None

    def __post_init__(self) -> None:
        if not np.isfinite([self.offset_s, self.rate]).all() or abs(self.rate) > MOST_RATE:
            raise ValueError(f"a drift of {self.rate} s/s, expected at most {MOST_RATE}")
        if self.rate and np.isnat(self.anchor):
            raise ValueError("a drift without the moment at which its offset holds")
        if self.first < 0 or (self.last is not None and self.last <= self.first):
            raise ValueError(f"files {self.first} to {self.last}, expected a range that is not empty")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a clock is doubtful: what, from which file on, how many; and a correction that may be right."""

    code: Code
    first: int
    count: int
    proposal: Correction | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What corrections would do: earliest and latest time before and after (NaT for none), times changed."""

    before: tuple[np.datetime64, np.datetime64]
    after: tuple[np.datetime64, np.datetime64]
    changed: int


def corrected(shown: Times, corrections: Sequence[Correction]) -> Times:
    """The times (n,) after corrections, one upon the other, to the microsecond; NaT stays NaT.

    >>> shown = np.array(["2015-03-01T10:00", "2015-03-02T10:00"], dtype="M8[s]")
    >>> corrected(shown, [Correction("offset", 3600.0, first=1)]).astype("M8[m]").tolist()[1].hour
    11
    """
    true = shown.astype("M8[us]")
    for one in corrections:
        part = slice(one.first, one.last)
        moved = true[part] + _microseconds(one.offset_s)
        if one.rate:
            elapsed = (true[part] - one.anchor).astype(np.int64)
            drift = np.where(np.isnat(true[part]), 0.0, elapsed * one.rate)
            moved = moved + np.rint(drift).astype("m8[us]")
        true = true.copy()
        true[part] = moved
    return true


def previewed(shown: Times, corrections: Sequence[Correction]) -> Preview:
    """What corrections would do to these times."""
    true = corrected(shown, corrections)
    exact = shown.astype("M8[us]")
    changed = int(((true != exact) & ~np.isnat(exact)).sum())
    return Preview(_ends(exact), _ends(true), changed)


def by_offset(
    shown: np.datetime64, true: np.datetime64, first: int = 0, last: int | None = None
) -> Correction:
    """A fixed offset, from one moment at which both times are known."""
    return Correction("offset", _seconds(true - shown), first=first, last=last)


def by_drift(
    shown: tuple[np.datetime64, np.datetime64],
    true: tuple[np.datetime64, np.datetime64],
    first: int = 0,
    last: int | None = None,
) -> Correction:
    """A clock that runs too fast or too slow, from two moments at which both times are known.

    Raises ValueError where the moments are not in order, or lie so that no clock goes like this.
    """
    span = _seconds(shown[1] - shown[0])
    if span <= 0 or true[1] <= true[0]:
        raise ValueError("the second moment lies not after the first one")
    rate = _seconds(true[1] - true[0]) / span - 1
    return Correction("drift", _seconds(true[0] - shown[0]), rate, shown[0].astype("M8[us]"), first, last)


def by_year(shown: Times, year: int) -> Correction:
    """A clock with a wrong year: the first time keeps its day and hour. Raises ValueError for no time."""
    first = _ends(shown.astype("M8[us]"))[0]
    if np.isnat(first):
        raise ValueError("no file tells a time")
    into = first.astype("M8[M]") - first.astype("M8[Y]").astype("M8[M]")
    month = np.datetime64(year - 1970, "Y").astype("M8[M]") + into
    true = month.astype("M8[us]") + (first - first.astype("M8[M]").astype("M8[us]"))
    return Correction("year", _seconds(true - first))


def by_restart(shown: Times, first: int, true: np.datetime64) -> Correction:
    """A clock that began anew at a file, whose true time is known. Raises ValueError where it tells none."""
    if not 0 <= first < len(shown) or np.isnat(shown[first]):
        raise ValueError(f"file {first + 1} tells no time")
    return Correction("reset", _seconds(true - shown[first]), first=first)


def suspicions(
    shown: Times, start: np.datetime64, end: np.datetime64, infrared: NDArray[np.int8] | None = None
) -> list[Suspicion]:
    """What makes the times of a deployment (local, from `start` to `end`) doubtful, the gravest first.

    A reset is a step back by more than a day: what follows is proposed to end with the deployment, as the
    last picture shows who collected the camera. Times that lie outside as a whole are proposed to be a wrong
    year where whole years bring them inside, else an offset to the start. `infrared` (1, 0, -1 unknown) tells
    a clock that is half a day wrong.
    """
    times = shown.astype("M8[us]")
    told = np.flatnonzero(~np.isnat(times))
    if not len(told):
        return []
    resets = _steps_back(times, told, DAY_S)
    if resets:
        found = [_reset(times, first, last, end) for first, last in _ranges(resets, len(times))]
        head = times[: resets[0]]
        return [*_outside(head, start, end), *found]
    outside = _outside(times, start, end)
    if not any(one.proposal for one in outside):
        outside += _by_light(times, infrared)
    back = _steps_back(times, told, BACKWARDS_S)
    if back:
        outside.append(Suspicion("backwards", back[0], len(back)))
    return outside


def _steps_back(times: Times, told: NDArray[np.intp], least_s: int) -> list[int]:
    """The files that lie so much before the one before them."""
    steps = np.diff(times[told]).astype(np.int64)
    return [int(at) for at in told[1:][steps < -least_s * 1_000_000]]


def _ranges(starts: Sequence[int], count: int) -> list[tuple[int, int]]:
    return list(zip(starts, [*starts[1:], count], strict=True))


def _reset(times: Times, first: int, last: int, end: np.datetime64) -> Suspicion:
    """A restart of the clock; only the last one of a card can be proposed to end with the deployment."""
    latest = _ends(times[first:last])[1]
    is_last = last == len(times)
    proposal = Correction("reset", _seconds(end - latest), first=first) if is_last else None
    return Suspicion("reset", first, last - first, proposal)


def _outside(times: Times, start: np.datetime64, end: np.datetime64) -> list[Suspicion]:
    slack = np.timedelta64(SLACK_S, "s")
    early, late = times < start - slack, times > end + slack
    if not (early.any() or late.any()):
        return []
    earliest, latest = _ends(times)
    proposal = None
    if (
        not ((times >= start - slack) & (times <= end + slack)).any()
        and latest - earliest <= end - start + slack
    ):
        proposal = _whole_years(times, start - slack, end + slack) or Correction(
            "offset", _seconds(start - earliest), last=len(times)
        )
    found: list[Suspicion] = []
    for code, those in (("early", early), ("late", late)):
        if those.any():
            named: Code = "wrong-year" if proposal and proposal.kind == "year" else code  # type: ignore[assignment]
            found.append(Suspicion(named, int(those.argmax()), int(those.sum()), proposal))
    return found


def _whole_years(times: Times, start: np.datetime64, end: np.datetime64) -> Correction | None:
    """The correction by whole years that brings all times inside; None where there is none."""
    for year in range(_year(start), _year(end) + 1):
        proposal = by_year(times, year)
        earliest, latest = _ends(corrected(times, [proposal]))
        if proposal.offset_s and start <= earliest and latest <= end:
            return Correction("year", proposal.offset_s, last=len(times))
    return None


def _by_light(times: Times, infrared: NDArray[np.int8] | None) -> list[Suspicion]:
    """Whether pictures in infrared light lie around noon and those in colour around midnight."""
    if infrared is None:
        return []
    hours = (times - times.astype("M8[D]")).astype(np.float64) / 3.6e9
    is_told = ~np.isnat(times)
    dark, light = (infrared == 1) & is_told, (infrared == 0) & is_told
    if min(dark.sum(), light.sum()) < FEWEST_BY_LIGHT:
        return []
    at_noon = float(((hours[dark] > 7) & (hours[dark] < 17)).mean())
    at_midnight = float(((hours[light] < 5) | (hours[light] > 19)).mean())
    if min(at_noon, at_midnight) < 0.6:
        return []
    into = -1 if np.median(hours[is_told]) >= 12 else 1
    return [Suspicion("night-at-noon", 0, int(is_told.sum()), Correction("light", into * DAY_S / 2))]


def _ends(times: Times) -> tuple[np.datetime64, np.datetime64]:
    told = times[~np.isnat(times)]
    if not len(told):
        return NEVER, NEVER
    return told.min(), told.max()


def _year(moment: np.datetime64) -> int:
    return int(moment.astype("M8[Y]").astype(np.int64)) + 1970


def _seconds(span: np.timedelta64) -> float:
    return float(span.astype("m8[us]").astype(np.int64)) / 1e6


def _microseconds(seconds: float) -> np.timedelta64:
    return np.timedelta64(round(seconds * 1e6), "us")
