"""The cleaning ledger: which fixes and ways do not count, by which rule, and what that does to km and hours.

Flags, never deletion: a fix keeps the flag that it got, and a rule is undone by leaving it out. Rules are
taken in the order of `Rule`; the effect of each is told against what the ones before it left.

Two-sided spikes: a fix is one when the speed before it *and* after it is too high, so that the good fixes
beside it stay, and so does the last fix of a track; of neighbours the worst goes first, and then it is looked
at again. Standing: of fixes that stay within a radius for a time the first and the last count, so that the
trembling of the receiver makes no kilometres and the time stays; such a way is no gap, however long it lasts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from amur.science.effort.compiled import kernel
from amur.science.effort.geodesy import short_length
from amur.science.effort.segments import Fixes, Floats, Indices, Segments, segments_of

_RADIUS = 6_371_000.0


class Rule(IntFlag):
    """Why a fix or a way does not count."""

    INCOMPLETE = 1
    """No time or no place."""
    ZERO = 2
    """At (0, 0), as phones write it without a fix."""
    CLOCK = 4
    """Before the first or after the last instant that can be."""
    DUPLICATE = 8
    """Same track, instant and place as a fix before: one device, exported once per member of the team."""
    SIMULTANEOUS = 16
    """Same track and instant as a fix before, at another place."""
    SPIKE = 32
    """Too fast before and after."""
    STANDING = 64
    """Inside a cluster where the receiver stood."""
    GAP = 128
    """A way that is too fast or lasts too long to be one."""


ALL = Rule(255)
"""Every rule."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of the rules; speeds are those of the transport."""

    speed_kmh: float = 120.0
    gap_hours: float = 4.0
    standing_metres: float = 30.0
    standing_minutes: float = 10.0
    earliest: np.datetime64 = field(default_factory=lambda: np.datetime64("1990-01-01T00:00:00", "ms"))
    latest: np.datetime64 | None = None

    def __post_init__(self) -> None:
        numbers = (self.speed_kmh, self.gap_hours, self.standing_metres, self.standing_minutes)
        if not all(value > 0 for value in numbers):
            raise ValueError(f"limits must be above 0: {numbers}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: what a rule flagged, and the kilometres and hours that it took away."""

    rule: Rule
    fixes: int
    ways: int
    kilometres: float
    hours: float


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """What the rules found: flags of fixes (n,), the segments that count, and a line for each rule."""

    rules: Rule
    flags: NDArray[np.uint8]
    segments: Segments
    entries: tuple[Entry, ...]
    kilometres_before: float
    hours_before: float

    def why(self, fix: int) -> tuple[Rule, ...]:
        """The rules that a fix met."""
        return tuple(rule for rule in Rule if self.flags[fix] & rule)


def clean(fixes: Fixes, limits: Limits | None = None, rules: Rule = ALL) -> Ledger:
    """Look at fixes by some of the rules; without a rule its fixes and ways count again.

    Fixes without time or place can make no way and are flagged whatever the rules.

    >>> fixes = Fixes(
    ...     np.zeros(4, dtype=np.int64),
    ...     np.datetime64("2026-03-01T00:00", "ms") + np.arange(4) * np.timedelta64(10, "m"),
    ...     np.array([135.0, 135.01, 0.0, 135.02]),
    ...     np.array([48.0, 48.0, 0.0, 48.0]),
    ... )
    >>> ledger = clean(fixes)
    >>> ledger.why(2), round(ledger.segments.kilometres, 3)
    ((<Rule.ZERO: 2>,), 1.493)
    """
    limits = limits or Limits()
    rules = rules | Rule.INCOMPLETE
    flags = np.zeros(len(fixes.track), dtype=np.uint8)
    order = fixes.order()
    flags[~fixes.is_whole] = Rule.INCOMPLETE
    found = segments_of(fixes, order)
    kilometres, hours = found.kilometres, found.hours
    entries = [Entry(Rule.INCOMPLETE, int((flags > 0).sum()), 0, 0.0, 0.0)]
    before = (kilometres, hours)
    stood = np.zeros(len(found), dtype=bool)
    for rule in Rule:
        if rule is Rule.INCOMPLETE or not rules & rule:
            continue
        if rule is Rule.GAP:
            kept = _is_way(found, limits) | stood
            count = int((~kept).sum())
            found, flagged = found.where(kept), 0
        else:
            which = _flagged(rule, fixes, order, limits)
            flags[order[which]] |= np.uint8(rule)
            flagged, count = int(which.sum()), 0
            if flagged:
                found = segments_of(fixes, order[~which])
                stood = _bridges(found, order) if rule is Rule.STANDING else np.zeros(len(found), dtype=bool)
            order = order[~which]
        after = (found.kilometres, found.hours)
        entries.append(Entry(rule, flagged, count, before[0] - after[0], before[1] - after[1]))
        before = after
    return Ledger(rules, flags, found, tuple(entries), kilometres, hours)


def without(rules: Rule, undone: Iterable[Rule]) -> Rule:
    """The rules less some of them.

    >>> without(Rule.ZERO | Rule.GAP, [Rule.GAP])
    <Rule.ZERO: 2>
    """
    for rule in undone:
        rules &= ~rule
    return rules


def _flagged(rule: Rule, fixes: Fixes, order: Indices, limits: Limits) -> NDArray[np.bool_]:
    """Which of the fixes in `order` a rule meets."""
    track, longitude, latitude = fixes.track[order], fixes.longitude[order], fixes.latitude[order]
    milliseconds = fixes.milliseconds[order]
    if rule is Rule.ZERO:
        zero: NDArray[np.bool_] = (longitude == 0) & (latitude == 0)
        return zero
    if rule is Rule.CLOCK:
        wrong: NDArray[np.bool_] = milliseconds < limits.earliest.astype("M8[ms]").astype(np.int64)
        if limits.latest is not None:
            wrong = wrong | (milliseconds > limits.latest.astype("M8[ms]").astype(np.int64))
        return wrong
    if rule is Rule.DUPLICATE:
        return _repeated(track, milliseconds, longitude, latitude)
    if rule is Rule.SIMULTANEOUS:
        same = np.zeros(len(order), dtype=bool)
        same[1:] = (track[1:] == track[:-1]) & (milliseconds[1:] == milliseconds[:-1])
        return same
    if rule is Rule.SPIKE:
        return _spikes(track, milliseconds, longitude, latitude, limits.speed_kmh / 3.6)
    seconds, gap = limits.standing_minutes * 60, limits.gap_hours * 3600
    return _standing(track, milliseconds, longitude, latitude, limits.standing_metres, seconds, gap)


def _repeated(
    track: Indices, milliseconds: Indices, longitude: Floats, latitude: Floats
) -> NDArray[np.bool_]:
    """All but the first of equal (track, instant, place)."""
    by_place = np.lexsort((np.arange(len(track)), latitude, longitude, milliseconds, track))
    equal = np.ones(max(len(track) - 1, 0), dtype=bool)
    for values in (track, milliseconds, longitude, latitude):
        equal &= values[by_place][1:] == values[by_place][:-1]
    found = np.zeros(len(track), dtype=bool)
    found[by_place[1:][equal]] = True
    return found


def _bridges(segments: Segments, order: Indices) -> NDArray[np.bool_]:
    """Which segments (m,) lead over fixes of `order` that were flagged since."""
    position = np.zeros(len(segments.fixes.track), dtype=np.int64)
    position[order] = np.arange(len(order))
    found: NDArray[np.bool_] = position[segments.last] - position[segments.first] > 1
    return found


def _is_way(segments: Segments, limits: Limits) -> NDArray[np.bool_]:
    """Segments (m,) that are neither too fast nor too long in time."""
    slow = segments.metres <= segments.seconds * (limits.speed_kmh / 3.6)
    known: NDArray[np.bool_] = slow & (segments.seconds <= limits.gap_hours * 3600)
    return known


@kernel
def _speed(i: int, j: int, milliseconds: Indices, longitude: Floats, latitude: Floats) -> float:
    """Metres a second from fix i to j."""
    if abs(longitude[j] - longitude[i]) > 0.5 or abs(latitude[j] - latitude[i]) > 0.5:
        # On a sphere: good enough to see that it is too fast.
        phi_1, phi_2 = math.radians(latitude[i]), math.radians(latitude[j])
        half = math.sin((phi_2 - phi_1) / 2) ** 2
        half += (
            math.cos(phi_1) * math.cos(phi_2) * math.sin(math.radians(longitude[j] - longitude[i]) / 2) ** 2
        )
        metres = 2 * _RADIUS * math.asin(min(math.sqrt(half), 1.0))
    else:
        metres = short_length(longitude[i], latitude[i], longitude[j], latitude[j])
    seconds = float(milliseconds[j] - milliseconds[i]) / 1000
    if seconds > 0:
        return metres / seconds
    return math.inf if metres > 0 else 0.0


@kernel
def _spikes(
    track: Indices, milliseconds: Indices, longitude: Floats, latitude: Floats, limit: float
) -> NDArray[np.bool_]:
    n = len(track)
    flagged = np.zeros(n, dtype=np.bool_)
    excess = np.zeros(n)
    again = True
    while again:
        again = False
        before = -1
        kept = np.flatnonzero(~flagged)
        for k in range(len(kept)):
            i = kept[k]
            excess[i] = 0.0
            if (
                k == 0
                or k == len(kept) - 1
                or track[kept[k - 1]] != track[i]
                or track[kept[k + 1]] != track[i]
            ):
                continue
            came = _speed(kept[k - 1], i, milliseconds, longitude, latitude)
            if came <= limit:
                continue
            went = _speed(i, kept[k + 1], milliseconds, longitude, latitude)
            if went > limit:
                excess[i] = min(came, went)
        for k in range(len(kept)):
            i = kept[k]
            if excess[i] <= 0:
                continue
            left = excess[kept[k - 1]] if before != k - 1 else 0.0
            if excess[i] > left and excess[i] >= excess[kept[k + 1]]:
                flagged[i] = True
                again = True
                before = k
    return flagged


@kernel
def _standing(
    track: Indices,
    milliseconds: Indices,
    longitude: Floats,
    latitude: Floats,
    radius: float,
    seconds: float,
    gap: float,
) -> NDArray[np.bool_]:
    n = len(track)
    flagged = np.zeros(n, dtype=np.bool_)
    i = 0
    while i < n:
        j = i + 1
        while j < n and track[j] == track[i]:
            if abs(longitude[j] - longitude[i]) > 0.5 or abs(latitude[j] - latitude[i]) > 0.5:
                break
            if (milliseconds[j] - milliseconds[j - 1]) / 1000 > gap:
                break
            if short_length(longitude[i], latitude[i], longitude[j], latitude[j]) > radius:
                break
            j += 1
        if j - i > 2 and (milliseconds[j - 1] - milliseconds[i]) / 1000 >= seconds:
            flagged[i + 1 : j - 1] = True
            i = j
        else:
            i += 1
    return flagged
