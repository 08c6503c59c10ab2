"""The clock of a card: its times in the order of the files, what makes them doubtful, corrections and undo.

A correction is stored as plain values; where it begins and ends are names of files, so that files that come
later do not shift it. What the clock showed stays in the rows for ever. The mathematics is in
`science.cameras.clocks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from amur.formats.cards.sources import in_order
from amur.portal.cameras.models import Deployment
from amur.portal.cards.models import CardFile, MemoryCard
from amur.science.cameras import clocks, local_times
from amur.science.cameras.clocks import Correction, Preview, Suspicion, Times


@dataclass(frozen=True, slots=True)
class Shown:
    """What a clock showed: files in their order, times (NaT for none), infrared (1, 0, -1 unknown)."""

    names: tuple[str, ...]
    times: Times
    infrared: NDArray[np.int8]

    def place_of(self, name: str) -> int | None:
        """Where a file stands; None where it is not among these."""
        return self.names.index(name) if name in self.names else None


def shown_by(card: MemoryCard) -> Shown:
    """The times of the pictures that are taken from a card."""
    rows = card.files.filter(state=CardFile.State.TAKEN).values_list("name", "shown", "infrared")
    return shown_of(sorted(rows, key=lambda row: in_order(row[0])))


def shown_of(rows: Sequence[tuple[str, str, bool | None]]) -> Shown:
    """The times of rows (name, time as text, infrared) in their order."""
    return Shown(
        tuple(name for name, _time, _infrared in rows),
        np.array([time or "NaT" for _name, time, _infrared in rows], dtype="M8[us]"),
        np.array([-1 if infrared is None else int(infrared) for *_, infrared in rows], dtype=np.int8),
    )


def corrections_of(stored: Sequence[Mapping[str, Any]], shown: Shown) -> list[Correction]:
    """Stored corrections for these files; one that begins at a file that is gone is left out."""
    found = []
    for one in stored:
        first = shown.place_of(one["first"]) if one["first"] else 0
        last = shown.place_of(one["last"]) if one["last"] else None
        if first is not None and (last is None or last > first):
            anchor = np.datetime64(one["anchor"] or "NaT", "us")
            found.append(Correction(one["kind"], one["offset_s"], one["rate"], anchor, first, last))
    return found


def stored_of(correction: Correction, shown: Shown) -> dict[str, Any]:
    """A correction as it is stored."""
    names, last = shown.names, correction.last
    return {
        "kind": correction.kind,
        "offset_s": correction.offset_s,
        "rate": correction.rate,
        "anchor": "" if np.isnat(correction.anchor) else str(correction.anchor),
        "first": names[correction.first] if correction.first else "",
        "last": names[last] if last is not None and last < len(names) else "",
    }


def true_times(card: MemoryCard, shown: Shown) -> Times:
    """Local times after the corrections of a card."""
    return clocks.corrected(shown.times, corrections_of(card.corrections, shown))


def instants(times: Times, deployment: Deployment) -> Times:
    """Local times of a deployment as instants in UTC; NaT where no clock of its zone shows them."""
    return local_times.instants(times, ZoneInfo(deployment.time_zone))


def period_of(deployment: Deployment) -> tuple[np.datetime64, np.datetime64]:
    """Start and end of a deployment as clocks of its zone show them."""
    zone = ZoneInfo(deployment.time_zone)
    start, end = (
        np.datetime64(moment.astimezone(zone).replace(tzinfo=None), "us")
        for moment in (deployment.start, deployment.end)
    )
    return start, end


def suspicions_of(card: MemoryCard, shown: Shown) -> list[Suspicion]:
    """What is doubtful in the times of a card as they now are."""
    return clocks.suspicions(true_times(card, shown), *period_of(card.deployment), shown.infrared)


def preview_of(card: MemoryCard, shown: Shown, correction: Correction) -> Preview:
    """What one more correction would do to a card."""
    return clocks.previewed(true_times(card, shown), [correction])


def correct(card: MemoryCard, correction: Correction, shown: Shown) -> None:
    """Add a correction to an open card."""
    card.corrections = [*card.corrections, stored_of(correction, shown)]
    card.save(update_fields=["corrections"])


def undo(card: MemoryCard) -> None:
    """Take the last correction of an open card back."""
    card.corrections = card.corrections[:-1]
    card.save(update_fields=["corrections"])
