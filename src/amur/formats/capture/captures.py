"""Reads detections: session, individual, occasion, detector (or easting and northing), covariates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from amur.formats.capture.lines import lines_of, words_of
from amur.formats.capture.messages import Problems
from amur.formats.errors import shortened
from amur.formats.texts import number_of, text_of

NONE = "NONE"
"""The individual of a session without detections."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line: `occasion` from 1; `place` is the id of a detector, or easting and northing."""

    row: int
    session: str
    individual: str
    occasion: int
    removed: bool
    place: tuple[str, ...]
    covariates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaptureFile:
    """The lines of a file of captures by session, in the order of the file; `names` of the covariates."""

    file: str
    sessions: dict[str, tuple[Record, ...]]
    names: tuple[str, ...]


def read_captures(path: Path, known: set[str], problems: Problems) -> CaptureFile | None:
    """Read a file of captures, None where its lines cannot be read, which is noted.

    Places are coordinates where the titles say so (x, y or easting, northing), or without titles where no
    fourth word is among the `known` detectors and all fourth and fifth words are numbers.
    """
    text = text_of(path, problems)
    if text is None:
        return None
    mine = problems.of(path)
    before = mine.error_count
    lines, remark = lines_of(text)
    if not lines:
        mine.error("file-empty", what="detection")
        return None
    rows = [(line.row, line.words) for line in lines]
    titles = words_of(remark)
    if not titles or titles[0].lower() != "session":
        titles = []
    places = 2 if _has_coordinates(titles, [words for _, words in rows], known) else 1
    fixed = 3 + places
    # Without titles the first line says how many covariates there are.
    wanted = len(titles) if len(titles) >= fixed else max(len(rows[0][1]), fixed)
    names = tuple(titles[fixed:]) or tuple(f"V{k + 1}" for k in range(wanted - fixed))
    sessions: dict[str, list[Record]] = {}
    for row, words in rows:
        if len(words) > 1 and words[1] == NONE:
            sessions.setdefault(words[0], [])
            continue
        if len(words) != wanted:
            mine.error("capture-columns", row=row, found=len(words), wanted=wanted)
            continue
        occasion = number_of(words[2])
        if occasion is None or occasion != int(occasion) or occasion == 0:
            mine.error("capture-occasion", row=row, column="occasion", value=shortened(words[2]))
            continue
        record = Record(
            row,
            words[0],
            words[1],
            abs(int(occasion)),
            occasion < 0,
            tuple(words[3:fixed]),
            tuple(words[fixed:]),
        )
        sessions.setdefault(words[0], []).append(record)
    if mine.error_count == before and not any(sessions.values()):
        mine.error("captures-none")
    return CaptureFile(mine.file, {name: tuple(found) for name, found in sessions.items()}, names)


def _has_coordinates(titles: list[str], rows: list[list[str]], known: set[str]) -> bool:
    if len(titles) >= 4:
        return titles[3].lower() in ("x", "easting")
    if any(len(words) > 3 and words[3] in known for words in rows):
        return False
    return all(len(words) > 4 and None not in map(number_of, words[3:5]) for words in rows)
