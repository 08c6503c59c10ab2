"""From files to a `Survey`: reads them, holds them against one another, tells all problems at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from amur.formats.capture.captures import CaptureFile, Record, read_captures
from amur.formats.capture.checking import (
    check_buffer,
    check_mask,
    check_records,
    covariates_of,
    places_of,
    removed_of,
)
from amur.formats.capture.habitat import Habitat, read_habitat, within
from amur.formats.capture.masks import mask_around, read_mask
from amur.formats.capture.messages import Problems
from amur.formats.capture.polygons import SEARCHES, Polygons, read_polygons, searched
from amur.formats.capture.traps import Traps, read_traps
from amur.formats.errors import FormatError
from amur.science.capture.data import Captures, Detectors, Kind, Mask, Session, Survey

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sources:
    """What a survey is read from.

    One file of detectors, one mask, one number of `occasions` and one cell area (hectares) serve all
    sessions, or there is one for each, in the order in which the file of captures names the sessions. Without
    `masks` there is a mask of `nx` columns up to `buffer` metres around the detectors, of which the points in
    the layer `habitat` are kept; `crs` is the system of the files of detectors.
    """

    traps: tuple[Path, ...]
    captures: Path
    kind: Kind | Literal["polygon", "polygonX"]
    masks: tuple[Path, ...] = ()
    buffer: float = 0.0
    nx: int = 64
    occasions: tuple[int, ...] = ()
    cell_areas: tuple[float, ...] = ()
    habitat: Path | None = None
    crs: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A survey, and what a person should look at."""

    survey: Survey
    notes: tuple[FormatError, ...]


def read_survey(sources: Sources) -> Read:
    """Read a survey. Raises `FormatErrors` with every problem of all files.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> traps, captures = folder / "traps.txt", folder / "captures.txt"
    >>> _ = traps.write_text("# id x y\\nA 0 0\\nB 2000 0\\n")
    >>> _ = captures.write_text("# session id occasion detector sex\\n2026 M1 1 A F\\n2026 M1 2 B F\\n")
    >>> read = read_survey(Sources((traps,), captures, "proximity", buffer=8000.0, occasions=(5,)))
    >>> session = read.survey.sessions[0]
    >>> session.captures.ids, session.detectors.occasions, session.captures.covariates["sex"].tolist()
    (('M1',), 5, ['F'])
    """
    problems = Problems()
    traps = _read_traps(sources, problems)
    masks = _read_masks(sources, problems)
    habitat = read_habitat(sources.habitat, problems, sources.crs) if sources.habitat else None
    known = {name for each in traps if isinstance(each, Traps) for name in each.ids}
    captures = read_captures(sources.captures, known, problems)
    if captures is None:
        raise problems.found
    _check_counts(sources, captures, problems)
    covariates = covariates_of(captures, problems.of(captures.file))
    drafts = []
    for k, (name, records) in enumerate(captures.sessions.items()):
        mine, mask = _each(traps, k), _each(masks, k) if masks else None
        if mine is None:
            continue
        given = _each(sources.occasions, k) if sources.occasions else 0
        if isinstance(mine, Polygons):
            last = given or _last(name, records, problems)
            areas = searched(records, mine, sources.kind, last, problems.of(captures.file))
            if areas is None:
                continue
            detectors, places = areas
        else:
            detectors = _detectors(name, records, mine, sources.kind, given, problems)
            places = places_of(records, mine, problems.of(captures.file))
            check_records(records, places, mine, detectors, problems.of(captures.file))
        if mask is not None:
            check_mask(name, mine, mask, problems.of(_each(sources.masks, k)))
        elif not masks:
            mask = _around(sources, name, mine, detectors, habitat, problems)
        drafts.append((name, records, places, detectors, mask))
    problems.raise_if_errors()
    sessions = [
        Session(name, detectors, _captures(records, places, covariates[name]), mask)
        for name, records, places, detectors, mask in drafts
        if mask is not None
    ]
    return Read(Survey(tuple(sessions)), (*problems.found.warnings, *(habitat.notes if habitat else ())))


def _around(
    sources: Sources,
    session: str,
    traps: Traps | Polygons,
    detectors: Detectors,
    habitat: Habitat | None,
    problems: Problems,
) -> Mask | None:
    """The mask up to the buffer around detectors, where there is habitat."""
    check_buffer(traps, sources.buffer, problems.of("--buffer"))
    mask = mask_around(detectors.positions, sources.buffer, sources.nx)
    if habitat is None:
        return mask
    return within(mask, habitat, session, traps, problems.of(sources.habitat or ""))


def _each(values: Sequence[T], k: int) -> T:
    """The value of a session where one may serve all."""
    return values[min(k, len(values) - 1)]


def _read_traps(sources: Sources, problems: Problems) -> list[Traps | Polygons | None]:
    given = sources.occasions
    read: dict[Path, Traps | Polygons | None] = {}
    for k, path in enumerate(sources.traps):
        if path not in read and sources.kind in SEARCHES:
            read[path] = read_polygons(path, problems)
        elif path not in read:
            read[path] = read_traps(path, problems, _each(given, k) if given else 0)
    return [read[path] for path in sources.traps]


def _read_masks(sources: Sources, problems: Problems) -> list[Mask | None]:
    areas = sources.cell_areas
    keys = [(path, _each(areas, k) if areas else None) for k, path in enumerate(sources.masks)]
    read = {key: read_mask(key[0], problems, key[1]) for key in dict.fromkeys(keys)}
    return [read[key] for key in keys]


def _check_counts(sources: Sources, captures: CaptureFile, problems: Problems) -> None:
    """Note where there is neither one of a thing nor one for each session."""
    count = len(captures.sessions)
    for what, found in (
        ("files of detectors", len(sources.traps)),
        ("masks", len(sources.masks)),
        ("numbers of occasions", len(sources.occasions)),
        ("areas of cells", len(sources.cell_areas)),
    ):
        if found not in (0, 1, count):
            problems.of(captures.file).error(
                "sessions-files", found=found, what=what, wanted=count, names=", ".join(captures.sessions)
            )


def _detectors(
    session: str, records: Sequence[Record], traps: Traps, kind: Any, given: int, problems: Problems
) -> Detectors:
    effort = traps.effort
    if effort is None:
        effort = np.ones((len(traps.ids), given or _last(session, records, problems)))
    elif given and given != len(effort.T):
        problems.of(traps.file).error("trap-usage-occasions", found=len(effort.T), wanted=given)
    return Detectors(traps.positions, effort, kind, traps.covariates)


def _last(session: str, records: Sequence[Record], problems: Problems) -> int:
    """The number of occasions where nothing but detections says it, which is noted."""
    last = max((record.occasion for record in records), default=1)
    problems.of("--occasions").warn("occasions-guessed", session=session, count=last)
    return last


def _captures(
    records: Sequence[Record], places: Sequence[int | None], covariates: dict[str, NDArray[Any]]
) -> Captures:
    ids = tuple(dict.fromkeys(record.individual for record in records))
    number = {name: k for k, name in enumerate(ids)}
    removed = removed_of(records)
    return Captures(
        _whole(number[record.individual] for record in records),
        _whole(record.occasion - 1 for record in records),
        _whole(place for place in places if place is not None),
        np.ones(len(records), dtype=np.int64),
        ids,
        covariates,
        _whole(removed[name].occasion - 1 if name in removed else -1 for name in ids) if removed else None,
    )


def _whole(values: Any) -> NDArray[np.int64]:
    return np.fromiter(values, dtype=np.int64)
