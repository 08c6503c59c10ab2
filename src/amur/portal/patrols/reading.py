"""Files of SMART as they come in: XML of any kind, JSON of phones, or a ZIP archive. Called by `importing`.

A patrol is read as a stream: its waypoints go to a file beside it, piece by piece, and the patrol keeps only
its frame of legs, days and members. Nothing of the database is touched here.
"""

import hashlib
import json
import marshal
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Final

from amur.formats.errors import FormatError, FormatErrors, Wording
from amur.formats.files import UnsafeArchive, unpack
from amur.formats.smart import ConfigurableModel, DataModel, Document, Incident, Patrol, examine
from amur.formats.smart.mobile import Message, read_each
from amur.formats.smart.patrol import Waypoint
from amur.formats.smart.receipts import digest_of
from amur.formats.smart.words import metadata_in
from amur.portal.patrols import store
from amur.portal.patrols.packing import packed
from amur.portal.patrols.records import (
    GivenForm,
    GivenIncident,
    given_form,
    given_incident,
    given_words,
    used_by,
)
from amur.portal.patrols.rows import Row, Rows, text_of

Progress = Callable[[float, str], None]
PIECE: Final = 2_000
"""Waypoints that are held in memory at a time; hashes of patrols rest on it."""
MOST_JSON: Final = 64 << 20
NO_ERRORS: Final = FormatErrors([], 0)
WORDINGS: Final = {
    "archive-unsafe": Wording(
        "The archive is not opened: {reason}.", "Pack the files of SMART as an ordinary ZIP archive."
    ),
    "archive-empty": Wording(
        "There is neither XML nor JSON of SMART in the archive.", "Pack files of SMART or of its phones."
    ),
    "file-large": Wording("The file has more than {limit} bytes.", "Export fewer patrols at a time."),
    "incident-twice": Wording(
        "The incident {incident} stands in {other}, too, and not the same.", "Leave one of them."
    ),
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
    folder: Path
    """Where pieces lie as long as this lives."""
    patrols: list[GivenPatrol] = field(default_factory=list)
    model: Document[DataModel] | None = None
    forms: list[GivenForm] = field(default_factory=list)
    incidents: list[GivenIncident] = field(default_factory=list)
    messages: dict[str, tuple[str, Message]] = field(default_factory=dict)
    """Messages of phones with their file, by digest."""
    notes: list[FormatError] = field(default_factory=list)
    note_count: int = 0

    @property
    def used(self) -> Counter[tuple[str, str]]:
        """How often all patrols and incidents use each key, by kind."""
        found = sum((patrol.used for patrol in self.patrols), Counter())
        return sum((used_by(one.document.content.observations) for one in self.incidents), found)


def problem(code: str, file: str, **params: object) -> FormatError:
    """A problem of an import that no reader of a single document can see."""
    return FormatError(code, WORDINGS[code], params, file=file)


@contextmanager
def opened(path: Path, progress: Progress = lambda share, stage: None) -> Iterator[Given]:
    """Read a file; what is given lives as long as the context. Raises FormatErrors."""
    with store.scratch() as folder:
        given = Given(_hash_of(path), folder)
        files = _members(path, folder)
        errors: list[FormatError] = []
        count = 0
        sizes = [one.stat().st_size for one in files]
        for number, file in enumerate(files):
            before, whole = sum(sizes[:number]), max(sum(sizes), 1)
            if file.suffix.lower() == ".json":
                found = _add_json(given, file, alone=len(files) == 1)
                errors += found.errors
                count += found.error_count
                continue
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
        if not _is_anything(given):
            raise FormatErrors([problem("archive-empty", path.name)], 1)
        yield given


def _is_anything(given: Given) -> bool:
    return bool(given.patrols or given.model or given.forms or given.incidents or given.messages)


def _add_json(given: Given, file: Path, alone: bool) -> FormatErrors:
    """Add messages of phones or the words of patrols; other JSON of an archive is left alone."""
    if file.stat().st_size > MOST_JSON:
        return FormatErrors([problem("file-large", file.name, limit=MOST_JSON)], 1)
    text = file.read_bytes()
    words = metadata_in(text)
    if words is not None:
        one = given_words(file.name, words)
        given.forms += [] if one.sha256 in {known.sha256 for known in given.forms} else [one]
        return NO_ERRORS
    try:
        found = read_each(text, file.name)
    except FormatErrors as wrong:
        return wrong if alone else NO_ERRORS
    wrong_ones = [each for each in found if isinstance(each, FormatErrors)]
    if wrong_ones and not alone and len(wrong_ones) == len(found):
        return NO_ERRORS
    given.messages |= {digest_of(each): (file.name, each) for each in found if isinstance(each, Message)}
    return FormatErrors(
        [one for each in wrong_ones for one in each.errors], sum(e.error_count for e in wrong_ones)
    )


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
        found = unpack(path, place, wanted=lambda name: name.lower().endswith((".xml", ".json")))
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
    if isinstance(content, ConfigurableModel):
        _add_form(given, given_form(file, document))
        return None
    if isinstance(content, Incident):
        return _add_incident(given, given_incident(file, document))
    one = _spooled(file, document, spool)
    for other in given.patrols:
        if other.document.content.id == content.id:
            if other.sha256 == one.sha256:
                return None
            return problem("patrol-twice", file, patrol=content.id, other=other.file)
    given.patrols.append(one)
    return None


def _add_form(given: Given, form: GivenForm) -> None:
    """Add a form; another one of the same name is known by its file, too."""
    same = [one for one in given.forms if (one.kind, one.code) == (form.kind, form.code)]
    if any(one.sha256 != form.sha256 for one in same):
        form = replace(form, code=f"{form.code} · {Path(form.file).stem[:90]}")
    if not any(one.sha256 == form.sha256 for one in same):
        given.forms.append(form)


def _add_incident(given: Given, incident: GivenIncident) -> FormatError | None:
    for other in given.incidents:
        if other.code == incident.code:
            if other.sha256 == incident.sha256:
                return None
            return problem("incident-twice", incident.file, incident=incident.code, other=other.file)
    given.incidents.append(incident)
    return None


def given_patrol(file: str, document: Document[Patrol], folder: Path) -> GivenPatrol:
    """A patrol that is whole in memory, as if it had been read from a file."""
    spool = _Spool(folder / f"{uuid.uuid4().hex}.waypoints")
    legs = []
    for number, leg in enumerate(document.content.legs):
        for position, day in enumerate(leg.days):
            for waypoint in day.waypoints:
                spool.take(number, position, waypoint)
        legs.append(replace(leg, days=tuple(replace(day, waypoints=()) for day in leg.days)))
    spool.close()
    content = replace(document.content, legs=tuple(legs))
    return _spooled(file, replace(document, content=content), spool)


def _spooled(file: str, document: Document[Patrol], spool: "_Spool") -> GivenPatrol:
    head = json.dumps(packed(document.content), sort_keys=True).encode()
    digest = hashlib.sha256(head + spool.digest.digest()).hexdigest()
    return GivenPatrol(file, document, spool.path, digest, spool.counts, spool.used())


class _Spool:
    """Takes waypoints as they are read and lays them down, a piece at a time; `digest` is over their JSON."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digest = hashlib.sha256()
        self.counts: Counter[str] = Counter()
        self._maker = Rows()
        self._rows: list[Row] = []
        self._file: IO[bytes] = path.open("xb")

    def take(self, leg: int, day: int, waypoint: Waypoint) -> None:
        """Called with each waypoint and the numbers of its leg and day."""
        row = self._maker.row_of(leg, day, waypoint)
        self._rows.append(row)
        self.counts["waypoints"] += 1
        self.counts["observations"] += len(row.observations)
        if len(self._rows) >= PIECE:
            self._lay()

    def close(self) -> None:
        self._lay()
        self._file.close()

    def used(self) -> Counter[tuple[str, str]]:
        """How often the waypoints use each key, by kind."""
        return self._maker.used

    def _lay(self) -> None:
        if self._rows:
            self.digest.update(f"[{', '.join(map(text_of, self._rows))}]\n".encode())
            laid = marshal.dumps([tuple(row) for row in self._rows])
            self._file.write(len(laid).to_bytes(8) + laid)
            self._rows = []


def pieces(patrol: GivenPatrol) -> Iterator[list[Row]]:
    """The waypoints of a patrol, piece by piece."""
    with patrol.waypoints.open("rb") as file:
        while size := file.read(8):
            laid = file.read(int.from_bytes(size))
            yield [Row(*row) for row in marshal.loads(laid)]  # noqa: S302  # our own file of this minute
