"""Holds captures against detectors and masks, as strictly as secr's verify; every problem with its row."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.capture.captures import CaptureFile, Record
from amur.formats.capture.lines import UNKNOWN, number_of, typed
from amur.formats.capture.polygons import Polygons
from amur.formats.capture.traps import Traps
from amur.formats.errors import ProblemList, shortened
from amur.science.capture.data import Detectors, Mask

FAR = 300
"""No buffer is so many times as wide as the array."""
TOLERANCE = 0.01
"""How far, in metres, a capture may lie from its detector where places are coordinates."""


def places_of(records: Sequence[Record], traps: Traps, mine: ProblemList) -> list[int | None]:
    """The number of the detector of each record, None where there is none, which is noted."""
    numbers = {name: k for k, name in enumerate(traps.ids)}
    found: list[int | None] = []
    for record in records:
        if len(record.place) == 2:
            found.append(_place_at(record, traps, mine))
            continue
        name = record.place[0]
        found.append(numbers.get(name))
        if name not in numbers:
            near = difflib.get_close_matches(name, traps.ids, 1)
            mine.error(
                "capture-trap",
                row=record.row,
                column="detector",
                detector=shortened(name),
                traps=traps.file,
                nearest=f"the nearest is “{near[0]}”." if near else f"there are {len(traps.ids)}.",
            )
    return found


def _place_at(record: Record, traps: Traps, mine: ProblemList) -> int | None:
    numbers = [number_of(word) for word in record.place]
    if None not in numbers:
        apart = np.hypot(*(traps.positions - np.array(numbers, dtype=float)).T)
        if apart.min() <= TOLERANCE:
            return int(apart.argmin())
    easting, northing = (shortened(word) for word in record.place)
    mine.error(
        "capture-place",
        row=record.row,
        column="easting",
        easting=easting,
        northing=northing,
        traps=traps.file,
    )
    return None


def check_records(
    records: Sequence[Record],
    places: Sequence[int | None],
    traps: Traps,
    detectors: Detectors,
    mine: ProblemList,
) -> None:
    """Note occasions that are not there, idle detectors, detections that cannot be, animals after removal."""
    placed = [(record, place) for record, place in zip(records, places, strict=True) if place is not None]
    for record in records:
        if record.occasion > detectors.occasions:
            mine.error(
                "capture-beyond",
                row=record.row,
                column="occasion",
                occasion=record.occasion,
                last=detectors.occasions,
            )
    for record, place in placed:
        if record.occasion <= detectors.occasions and not detectors.effort[place, record.occasion - 1]:
            mine.error(
                "capture-idle",
                row=record.row,
                column="detector",
                detector=traps.ids[place],
                occasion=record.occasion,
                traps=traps.file,
            )
    if detectors.kind == "proximity":
        _check_once(placed, traps, mine)
    elif detectors.kind != "count":
        _check_traps(placed, traps, mine, single=detectors.kind == "single")
    _check_removed(records, mine)


def _check_once(placed: Sequence[tuple[Record, int]], traps: Traps, mine: ProblemList) -> None:
    """An animal is detected at most once by a detector on an occasion."""
    first: dict[tuple[str, int, int], int] = {}
    for record, place in placed:
        key = (record.individual, record.occasion, place)
        if key in first:
            _twice(record, traps.ids[place], first[key], mine)
        first.setdefault(key, record.row)


def _check_traps(
    placed: Sequence[tuple[Record, int]], traps: Traps, mine: ProblemList, *, single: bool
) -> None:
    """An animal is caught at most once on an occasion; a single-catch trap holds one animal."""
    first: dict[tuple[str, int], tuple[Record, int]] = {}
    held: dict[tuple[int, int], Record] = {}
    for record, place in placed:
        before, other = first.setdefault((record.individual, record.occasion), (record, place))
        about: dict[str, Any] = {"row": record.row, "column": "detector", "occasion": record.occasion}
        if before is not record and other == place:
            _twice(record, traps.ids[place], before.row, mine)
        elif before is not record:
            mine.error(
                "capture-two-traps",
                **about,
                individual=record.individual,
                first=before.row,
                other=traps.ids[other],
            )
        holder = held.setdefault((record.occasion, place), record)
        if single and holder.individual != record.individual:
            mine.error(
                "capture-full",
                **about,
                detector=traps.ids[place],
                other=holder.individual,
                first=holder.row,
            )


def _twice(record: Record, detector: str, first: int, mine: ProblemList) -> None:
    mine.error(
        "capture-twice",
        row=record.row,
        individual=record.individual,
        occasion=record.occasion,
        detector=detector,
        first=first,
    )


def removed_of(records: Sequence[Record]) -> dict[str, Record]:
    """The record after which an animal was not released, by individual."""
    found: dict[str, Record] = {}
    for record in records:
        if record.removed:
            found.setdefault(record.individual, record)
    return found


def _check_removed(records: Sequence[Record], mine: ProblemList) -> None:
    removed = removed_of(records)
    for record in records:
        last = removed.get(record.individual, record)
        if record.occasion > last.occasion:
            mine.error(
                "capture-removed",
                row=record.row,
                column="occasion",
                individual=record.individual,
                occasion=last.occasion,
                first=last.row,
            )


def covariates_of(file: CaptureFile, mine: ProblemList) -> dict[str, dict[str, NDArray[Any]]]:
    """The covariates of individuals (n,) by session and name, the first known value of each.

    Numbers where all of them are numbers and known, else text, "" where unknown. Values that differ within an
    individual are noted.
    """
    found: dict[str, dict[str, NDArray[Any]]] = {name: {} for name in file.sessions}
    for k, name in enumerate(file.names):
        values: dict[tuple[str, str], str] = {}
        told: set[tuple[str, str]] = set()
        for session, records in file.sessions.items():
            for record in records:
                key, word = (session, record.individual), record.covariates[k]
                word = "" if word in UNKNOWN else word
                known = values.get(key, "") or word
                values[key] = known
                if word not in ("", known) and key not in told:
                    told.add(key)
                    mine.warn(
                        "capture-covariate",
                        row=record.row,
                        column=name,
                        name=name,
                        individual=record.individual,
                        value=shortened(word),
                        first=shortened(known),
                    )
        words = list(values.values())
        column = np.array(words, dtype=str) if "" in words else typed(words)
        if column.dtype.kind == "f" and (column == np.floor(column)).all():
            column = column.astype(np.int64)
        start = 0
        for session in file.sessions:
            count = sum(key[0] == session for key in values)
            found[session][name] = column[start : start + count]
            start += count
    return found


def check_buffer(traps: Traps | Polygons, buffer: float, mine: ProblemList) -> None:
    """Note a buffer and detectors that cannot be of the same unit."""
    width = float(np.hypot(*np.ptp(traps.positions, axis=0)))
    if 0 < width * FAR < buffer:
        mine.error(
            "buffer-units",
            buffer=f"{buffer:g}",
            times=round(buffer / width),
            traps=traps.file,
            width=f"{width:.4g}",
        )


def check_mask(session: str, traps: Traps | Polygons, mask: Mask, mine: ProblemList) -> None:
    """Note a mask that lies elsewhere, and detectors off the mask."""
    from scipy.spatial import cKDTree

    apart = cKDTree(mask.points).query(traps.positions)[0]
    off = np.flatnonzero(apart > 100 * np.sqrt(mask.cell_area))
    low, high = mask.points.min(axis=0), mask.points.max(axis=0)
    inside = ((traps.positions >= low) & (traps.positions <= high)).all(axis=1)
    if not inside.any():
        mine.error("mask-elsewhere", session=session)
    elif off.size:
        mine.warn("mask-off", session=session, count=off.size, first=traps.ids[off[0]])
