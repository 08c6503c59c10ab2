"""Files of SMART as they come in: a patrol, a data model, or a ZIP archive of them. Called by `importing`.

A patrol is read as a stream: its waypoints go to a file beside it, piece by piece, and the patrol keeps only
its frame of legs, days and members. Nothing of the database is touched here.
"""

import hashlib
import json
import math
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Final

from amur.formats.errors import FormatError, FormatErrors, Wording
from amur.formats.files import UnsafeArchive, unpack
from amur.formats.smart import DataModel, Document, Patrol, examine
from amur.formats.smart.binding import NOTHING
from amur.formats.smart.patrol import Observation, Value, Waypoint
from amur.formats.smart.spelling import number_text
from amur.portal.patrols import store
from amur.portal.patrols.packing import packed

Progress = Callable[[float, str], None]
PIECE: Final = 2_000
"""Waypoints that are held in memory at a time."""
WORDINGS: Final = {
    "archive-unsafe": Wording(
        "The archive is not opened: {reason}.", "Pack the files of SMART as an ordinary ZIP archive."
    ),
    "archive-empty": Wording("There is no XML in the archive.", "Pack patrols or a data model of SMART."),
    "kind-other": Wording("The document is a {found}.", "Give a patrol or a data model of SMART."),
    "patrol-twice": Wording(
        "The patrol {patrol} stands in {other}, too, and not the same.", "Leave one of them."
    ),
    "model-twice": Wording("There is another data model in the archive.", "Give one data model at a time."),
    "clock-none": Wording(
        "No clock at {zone} showed {time}: the clocks were put forward then.", "Correct the time in SMART."
    ),
}


@dataclass(frozen=True, slots=True)
class GivenPatrol:
    """A patrol of a file: its frame, the file of its waypoints, a hash of all that it says.

    `counts` are the numbers of its waypoints and observations, `used` how often it uses each key, by kind.
    """

    file: str
    document: Document[Patrol]
    waypoints: Path
    sha256: str
    counts: Counter[str]
    used: Counter[tuple[str, str]]


@dataclass(slots=True)
class Given:
    """What came in, whole and without an error."""

    sha256: str
    patrols: list[GivenPatrol] = field(default_factory=list)
    model: Document[DataModel] | None = None
    notes: list[FormatError] = field(default_factory=list)
    note_count: int = 0

    @property
    def used(self) -> Counter[tuple[str, str]]:
        """How often all patrols use each key, by kind."""
        return sum((patrol.used for patrol in self.patrols), Counter())


def problem(code: str, file: str, **params: object) -> FormatError:
    """A problem of an import that no reader of a single document can see."""
    return FormatError(code, WORDINGS[code], params, file=file)


@contextmanager
def opened(path: Path, progress: Progress = lambda share, stage: None) -> Iterator[Given]:
    """Read a file; what is given lives as long as the context. Raises FormatErrors."""
    with tempfile.TemporaryDirectory(dir=store.UPLOADS.folder("reading")) as name:
        folder = Path(name)
        given = Given(_hash_of(path))
        files = _members(path, folder)
        errors: list[FormatError] = []
        count = 0
        sizes = [one.stat().st_size for one in files]
        for number, file in enumerate(files):
            before, whole = sum(sizes[:number]), max(sum(sizes), 1)
            spool = _Spool(folder / f"{number}.waypoints")
            read = examine(
                file,
                sink=spool.take,
                progress=_within(progress, before / whole, sizes[number] / whole),
            )
            spool.close()
            errors += read.found.errors
            count += read.found.error_count
            given.notes += read.found.warnings
            given.note_count += read.found.warning_count
            if read.document is not None and (wrong := _add(given, file.name, read.document, spool)):
                errors.append(wrong)
                count += 1
        if errors:
            raise FormatErrors([*errors, *given.notes], count, given.note_count)
        yield given


def _within(progress: Progress, before: float, size: float) -> Callable[[float], None]:
    """The progress of a file as a part of the whole."""
    return lambda share: progress(before + share * size, "read")


def _hash_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        wording = Wording("The file cannot be read: {reason}.", "Correct the name or the folder.")
        raise FormatErrors(
            [FormatError("file-unreadable", wording, {"reason": error.strerror}, file=path.name)], 1
        ) from error


def _members(path: Path, folder: Path) -> list[Path]:
    if path.suffix.lower() != ".zip":
        return [path]
    place = folder / "archive"
    place.mkdir()
    try:
        found = unpack(path, place, wanted=lambda name: name.lower().endswith(".xml"))
    except UnsafeArchive as unsafe:
        raise FormatErrors([problem("archive-unsafe", path.name, reason=unsafe)], 1) from unsafe
    if not found:
        raise FormatErrors([problem("archive-empty", path.name)], 1)
    return found


def _add(given: Given, file: str, document: Document[Any], spool: "_Spool") -> FormatError | None:
    """Add what a file holds, or tell why not."""
    content = document.content
    if isinstance(content, DataModel):
        if given.model is not None:
            return problem("model-twice", file)
        given.model = document
        return None
    if not isinstance(content, Patrol):
        return problem("kind-other", file, found=document.words)
    head = json.dumps(packed(content), sort_keys=True).encode()
    digest = hashlib.sha256(head + spool.digest.digest()).hexdigest()
    for other in given.patrols:
        if other.document.content.id == content.id:
            if other.sha256 == digest:
                return None
            return problem("patrol-twice", file, patrol=content.id, other=other.file)
    given.patrols.append(GivenPatrol(file, document, spool.path, digest, spool.counts, spool.used))
    return None


class _Spool:
    """Takes waypoints as they are read and lays them down as lines of JSON, a piece in each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digest = hashlib.sha256()
        self.counts: Counter[str] = Counter()
        self.used: Counter[tuple[str, str]] = Counter()
        self._piece: list[list[Any]] = []
        self._file: IO[bytes] = path.open("xb")

    def take(self, leg: int, day: int, waypoint: Waypoint) -> None:
        """Called with each waypoint and the numbers of its leg and day."""
        self._piece.append([leg, day, *_row(waypoint, self.used)])
        self.counts["waypoints"] += 1
        self.counts["observations"] += len(self._piece[-1][-1])
        if len(self._piece) >= PIECE:
            self._lay()

    def close(self) -> None:
        self._lay()
        self._file.close()

    def _lay(self) -> None:
        if self._piece:
            line = json.dumps(self._piece, ensure_ascii=False).encode() + b"\n"
            self.digest.update(line)
            self._file.write(line)
            self._piece = []


def pieces(patrol: GivenPatrol) -> Iterator[list[list[Any]]]:
    """The waypoints of a patrol, piece by piece.

    Each is the numbers of its leg and day, code, longitude, latitude, time, direction, distance, comment,
    what else it says, and its observations: group, category, values, what else.
    """
    with patrol.waypoints.open("rb") as file:
        for line in file:
            yield json.loads(line)


def _row(waypoint: Waypoint, used: Counter[tuple[str, str]]) -> list[Any]:
    observations = [_observation(number, one, used)
        for number, group in enumerate(waypoint.groups) for one in group.observations
    ]  # fmt: skip
    observations += [_observation(None, one, used) for one in waypoint.direct]
    more: dict[str, Any] | None = None
    if waypoint.attachments or waypoint.rest is not NOTHING:
        blank = replace(waypoint, groups=(), direct=())
        more = {name: value for name, value in packed(blank).items() if name in ("attachments", "rest")}
    if any(not group.observations or group.rest is not NOTHING for group in waypoint.groups):
        more = {
            **(more or {}),
            "groups": [packed(replace(group, observations=())) for group in waypoint.groups],
        }
    return [
        waypoint.id,
        waypoint.longitude,
        waypoint.latitude,
        waypoint.time.isoformat(),
        waypoint.direction,
        waypoint.distance,
        waypoint.comment,
        more or None,
        observations,
    ]


def _observation(group: int | None, given: Observation, used: Counter[tuple[str, str]]) -> list[Any]:
    used["category", given.category] += 1
    values = []
    for value in given.values:
        key = value.attribute
        used["attribute", key] += 1
        for item in value.keys:
            used["value", f"{key}: {item}"] += 1
        values.append(_value(value))
    more = None
    if given.observer is not None or given.attachments or given.rest is not NOTHING:
        more = packed(replace(given, category="", values=()))
        del more["category"]
    return [group, given.category, values, more]


def _value(value: Value) -> dict[str, Any]:
    if value.rest is not NOTHING:
        return packed(value)
    found: dict[str, Any] = {"attribute": value.attribute}
    if value.keys:
        found["keys"] = value.keys
    if value.number is not None:
        found["number"] = value.number if math.isfinite(value.number) else number_text(value.number)
    if value.text is not None:
        found["text"] = value.text
    if value.truth is not None:
        found["truth"] = value.truth
    return found
