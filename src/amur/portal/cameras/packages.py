"""Reads what other programs give, as the tables of Camtrap DP: packages, and the formats of `cameratraps`.

Called by the run (`packages_work`) and by the commands. What is wrong comes as one `FormatErrors` with file,
row and column; then nothing is taken. `taking` puts what was read into rows.
"""

import dataclasses
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import numpy as np

from amur.formats.cameratraps.camtrapr import read_camtrapr
from amur.formats.cameratraps.coco import read_coco
from amur.formats.cameratraps.detectors import Results, read_megadetector, read_speciesnet
from amur.formats.cameratraps.tables import Converted, Outage, table_of
from amur.formats.cameratraps.timelapse import read_timelapse
from amur.formats.cameratraps.wildlife_insights import read_wildlife_insights
from amur.formats.camtrapdp import Package, check_package
from amur.formats.camtrapdp.checking import check_columns, check_keys
from amur.formats.camtrapdp.csv_text import Sheet
from amur.formats.camtrapdp.instants import texts_of
from amur.formats.camtrapdp.schema import TABLES, Schema
from amur.formats.errors import FileProblems, FormatError, Wording
from amur.formats.files import UnsafeArchive, unpack
from amur.portal.cameras import cells

Progress = Callable[[float, str], None]
Format = Literal[
    "camtrapdp", "wildlife-insights", "camtrapr", "timelapse", "coco", "megadetector", "speciesnet"
]
DETECTORS: Final = ("megadetector", "speciesnet")
WORDINGS: Final = {
    "cell-too-long": Wording("The text has {found} characters.", "Write at most {most}."),
    "number-too-large": Wording("{value} is larger than {most}.", "Write a smaller number."),
    "archive-unsafe": Wording(
        "The archive is not opened: {reason} {member}.", "Pack the files as an ordinary ZIP archive."
    ),
    "table-lacking": Wording("There is no file {path}.", "Put it into the same folder or archive."),
}
TEMPLATE: Final = {"Species": "scientificName", "Count": "count", "Comments": "observationComments"}
"""Which fields of Timelapse's templates are which columns, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was read: a package, with outages where the format knows them, or the results of a detector.

    `notes` are problems that a person should look at; `sha256` is of everything that was read.
    """

    format: Format
    sha256: str
    package: Package | None = None
    results: Results | None = None
    notes: tuple[FormatError, ...] = ()
    outages: tuple[Outage, ...] = ()
    losses: tuple[str, ...] = ()


def read(path: Path, kind: Format, zone: str, progress: Progress = lambda share, stage: None) -> Given:
    """Read a file, folder or ZIP archive; local times of formats without offsets are of `zone`.

    Raises FormatErrors.
    """
    progress(0.0, "read")
    if kind in DETECTORS:
        results = read_megadetector(path) if kind == "megadetector" else read_speciesnet(path)
        return Given(kind, _digest_of_files(path), results=results)
    if kind == "camtrapdp":
        checked = check_package(path, progress=progress)
        if checked.package is None:
            raise checked.found
        _require_fit(checked.package)
        return Given(
            kind,
            _digest(checked.package),
            checked.package,
            notes=checked.found.problems,
            losses=checked.package.losses,
        )
    with _folder_of(path) as folder:
        found = _converted(folder, kind, ZoneInfo(zone))
    package = _whole(found)
    _require_right(package)
    _require_fit(package)
    return Given(kind, _digest(package), package, outages=found.outages, losses=found.losses)


def _converted(folder: Path, kind: Format, zone: ZoneInfo) -> Converted:
    """The tables of a folder, or of the one file in it."""
    if kind == "wildlife-insights":
        return read_wildlife_insights(folder, zone)
    if kind == "camtrapr":
        records = _table(folder, "record")
        cameras = next(iter(sorted(folder.glob("*[cC]amera*.csv"))), None)
        return read_camtrapr(records, cameras, zone)
    if kind == "timelapse":
        return read_timelapse(_table(folder, ""), zone, _template(_table(folder, "")))
    return read_coco(next(iter(sorted(folder.glob("*.json"))), folder / "annotations.json"), zone)


def _table(folder: Path, word: str) -> Path:
    """The CSV file whose name has a word. Raises FormatErrors."""
    found = [path for path in sorted(folder.glob("*.csv")) if word in path.name.lower()]
    if not found:
        problems = FileProblems(WORDINGS)
        problems.of(folder.name).error("table-lacking", path=f"*{word}*.csv")
        raise problems.found
    return found[0]


def _template(path: Path) -> dict[str, str]:
    """The fields of a Timelapse file that we know, with their columns."""
    with path.open(encoding="utf-8-sig", errors="replace") as opened:
        names = [name.strip().strip('"') for name in opened.readline().replace(";", ",").split(",")]
    return {name: column for name, column in TEMPLATE.items() if name in names}


@contextmanager
def _folder_of(path: Path) -> Iterator[Path]:
    """The folder itself, a folder with what an archive holds, or one with the single file."""
    if path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if path.suffix.lower() == ".zip":
            try:
                files = unpack(path, folder, None, lambda name: name.lower().endswith((".csv", ".json")))
            except UnsafeArchive as error:
                problems = FileProblems(WORDINGS)
                reason = error.reason.replace("-", " ")
                problems.of(path).error("archive-unsafe", reason=reason, member=error.member[:60])
                raise problems.found from error
            yield min((file.parent for file in files), key=lambda one: len(one.parts), default=folder)
        else:
            (folder / path.name).symlink_to(path.absolute())
            yield folder


def _whole(found: Converted) -> Package:
    """Tables as a package: deployments that only media name get their span from these."""
    known = {row["deploymentID"]: row for row in found.deployments.rows()}
    instants = found.media.instants("timestamp")
    spans: dict[str, tuple[Any, Any]] = {}
    for camera, moment in zip(found.media.texts("deploymentID"), instants, strict=True):
        first, last = spans.get(camera, (moment, moment))
        spans[camera] = (min(first, moment), max(last, moment))
    for camera, (first, last) in spans.items():
        row = known.setdefault(camera, {"deploymentID": camera})
        for name, moment in (("deploymentStart", first), ("deploymentEnd", last)):
            row[name] = row.get(name) or texts_of(np.array([moment]))[0]
    extra = [name for name in found.deployments.names if name not in TABLES[0].names]
    deployments = table_of("deployments", list(known.values()), extra)
    return Package({}, deployments, found.media, found.observations)


def _require_right(package: Package) -> None:
    """Raise FormatErrors for wrong cells of converted tables; places may be missing."""
    from amur.formats.camtrapdp.messages import Problems

    problems = Problems()
    for schema in TABLES:
        table = package.tables[schema.name]
        sheet = Sheet(table, np.arange(2, 2 + table.count))
        check_columns(sheet, _without_places(schema), problems.of(schema.name))
        check_keys(sheet, schema, package.tables, problems.of(schema.name))
    problems.raise_if_errors()


def _without_places(schema: Schema) -> Schema:
    fields = tuple(
        dataclasses.replace(one, required=False) if one.name in ("latitude", "longitude") else one
        for one in schema.fields
    )
    return dataclasses.replace(schema, fields=fields)


def _require_fit(package: Package) -> None:
    """Raise FormatErrors for texts that are longer, and numbers that are larger, than we keep."""
    problems = FileProblems(WORDINGS)
    linked = (cells.Column("locationID", "", "text", 120), cells.Column("locationName", "", "text", 120))
    event = (cells.Column("eventID", "", "text", 120),)
    for table, columns in (
        (package.deployments, (*cells.DEPLOYMENTS, *linked)),
        (package.media, cells.MEDIA),
        (package.observations, (*cells.OBSERVATIONS, *event)),
    ):
        mine = problems.of(table.file or f"{table.name}.csv")
        for column in columns:
            if column.most is None or column.name not in table.columns:
                continue
            codes, texts = table.codes(column.name)
            sizes = _sizes(column, texts)
            for row in np.flatnonzero(np.array([*sizes, 0])[codes] > column.most).tolist():
                value, most = texts[codes[row]], column.most
                if column.kind == "text":
                    mine.error("cell-too-long", row=row + 2, column=column.name, found=len(value), most=most)
                else:
                    mine.error(
                        "number-too-large", row=row + 2, column=column.name, value=value[:60], most=most
                    )
    problems.raise_if_errors()


def _sizes(column: cells.Column, texts: tuple[str, ...]) -> list[float]:
    return [len(text) for text in texts] if column.kind == "text" else [float(text) for text in texts]


def _digest(package: Package) -> str:
    """One hash of all cells, metadata and files."""
    found = hashlib.sha256(json.dumps(package.metadata, sort_keys=True, ensure_ascii=False).encode())
    for table in package.tables.values():
        for name in table.names:
            column = table.columns[name]
            found.update(name.encode() + b"\0")
            for buffer in (*column.dictionary.buffers(), *column.indices.buffers()):
                found.update(memoryview(buffer) if buffer is not None else b"")
    _add_files(found, package.files)
    return found.hexdigest()


def _add_files(found: Any, files: Mapping[str, bytes]) -> None:
    for path, content in sorted(files.items()):
        found.update(path.encode() + b"\0" + content)


def _digest_of_files(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
