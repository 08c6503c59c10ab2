"""Writes a project into files: Camtrap DP, camtrapR tables, CSV, Darwin Core. Called by the run of exports
and by `amur cameras export`.

Raw for people of the owning office; `released` is what everybody may have, made by `releasing`.
"""

import csv
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from amur.formats.cameratraps.camtrapr import write_camtrapr
from amur.formats.cameratraps.darwin_core import write_darwin_core
from amur.formats.camtrapdp import Package, Table, write_package
from amur.formats.files import replacing
from amur.portal.cameras import exporting, releasing
from amur.portal.cameras.models import CameraProject, Media, Observation

Format = Literal["camtrapdp", "camtrapr", "csv", "darwin-core"]
FORMATS: Final = get_args(Format)
Progress = Callable[[float, str], None]
CSV_TABLES: Final = ("deployments", "media", "observations")


def write(
    project: CameraProject,
    kind: Format,
    target: Path,
    progress: Progress = lambda share, stage: None,
    *,
    released: bool = False,
) -> tuple[str, ...]:
    """Write a project into a folder, or a ZIP archive where `target` ends with .zip; what was lost.

    Darwin Core is always at released precision. Raises `releasing.NothingReleased`, and
    `uploads.Gone` where a custom resource is lost.
    """
    if target.suffix.lower() == ".zip" and kind != "camtrapdp":
        with tempfile.TemporaryDirectory() as scratch:
            losses = write(project, kind, Path(scratch), progress, released=released)
            with replacing(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as out:
                for path in sorted(Path(scratch).iterdir()):
                    out.write(path, path.name)
        return losses
    if kind == "csv" and not released:
        _write_csv(project, target, progress)
        return ()
    if released or kind == "darwin-core":
        package = releasing.released_package(project)
    else:
        package = exporting.package_of(project, progress)
    progress(0.9, "write")
    if kind == "camtrapdp":
        write_package(package, target)
        return package.losses
    target.mkdir(parents=True, exist_ok=True)
    if kind == "darwin-core":
        return write_darwin_core(package, target)
    if kind == "camtrapr":
        zone = ZoneInfo(project.time_zone)
        return write_camtrapr(_of_one_level(package), package.deployments, target, zone)
    for name, table in package.tables.items():
        with replacing(target / f"{name}.csv") as temporary:
            _write_rows(temporary, [{one: table.cells(one) for one in table.names}])
    return ()


def _of_one_level(package: Package) -> Table:
    """The observations of events where there are any, else those of pictures: both are the same animals."""
    table = package.observations
    levels = table.texts("observationLevel")
    wanted = Observation.Level.EVENT if Observation.Level.EVENT in levels else Observation.Level.MEDIA
    which = [row for row, level in enumerate(levels) if level == wanted]
    cells = {name: table.cells(name) for name in table.names}
    return Table.of(table.name, {name: [texts[row] for row in which] for name, texts in cells.items()})


def _write_csv(project: CameraProject, folder: Path, progress: Progress) -> None:
    """The three tables as plain CSV, in parts."""
    folder.mkdir(parents=True, exist_ok=True)
    media = Media.objects.filter(project=project).count()
    everything = media + exporting.standing(project).count() or 1
    done = 0
    for name, parts in (
        ("deployments", exporting.deployment_parts(project)),
        ("media", exporting.media_parts(project)),
        ("observations", exporting.observation_parts(project)),
    ):

        def told(parts: Iterator[exporting.Part] = parts, name: str = name) -> Iterator[exporting.Part]:
            nonlocal done
            for part in parts:
                yield part
                done += len(next(iter(part.values()))) if name != "deployments" else 0
                progress(done / everything, name)

        with replacing(folder / f"{name}.csv") as temporary:
            _write_rows(temporary, told())


def _write_rows(path: Path, parts: "Iterator[exporting.Part] | list[exporting.Part]") -> None:
    with path.open("w", encoding="utf-8", newline="") as opened:
        opened.writelines(lines(parts))


def lines(parts: "Iterator[exporting.Part] | list[exporting.Part]") -> Iterator[str]:
    """Parts of a table as pieces of CSV with one header; columns that only a later part has are left out."""
    out = _Echo()
    writer = csv.writer(out, lineterminator="\n")
    names: list[str] | None = None
    for part in parts:
        if names is None:
            names = list(part)
            writer.writerow(names)
        length = len(part[names[0]])
        columns = [part.get(name, [""] * length) for name in names]
        writer.writerows(zip(*columns, strict=True))
        yield out.taken()
    if names is None:
        yield ""


class _Echo:
    """Gathers what a writer writes."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def write(self, text: str) -> int:
        """Take a line."""
        self._texts.append(text)
        return len(text)

    def taken(self) -> str:
        """Everything since the last call."""
        text = "".join(self._texts)
        self._texts.clear()
        return text
