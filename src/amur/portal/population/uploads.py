"""Files of a survey that come from a stranger: read whole or refused with everything that is wrong.

They lie in a folder of their own only while they are read; what is kept of them is the survey (`files`).
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from amur.formats.capture import Sources, read_survey
from amur.formats.errors import FormatError, FormatErrors, shortened
from amur.portal.population import files, wordings
from amur.portal.population.places import WrongSystem, require_within
from amur.portal.population.sources import Given, Wrong
from amur.science.capture import Survey
from amur.science.capture.data import Kind

LIMIT_BYTES: Final = 24 << 20
MOST_POINTS: Final = 120_000
MOST_DETECTORS: Final = 3_000
MOST_ANIMALS: Final = 5_000
TOLD: Final = 30
"""How many problems are told at once."""


@dataclass(frozen=True, slots=True)
class Files:
    """Trap and capture files in the formats of secr, with masks or a buffer around the detectors.

    `crs` is the reference system of all coordinates; `occasions` and `cell_areas` (hectares) are as those of
    `amur.formats.capture.Sources`.
    """

    traps: Sequence[UploadedFile]
    captures: UploadedFile
    kind: Kind
    crs: str
    masks: Sequence[UploadedFile] = ()
    buffer: float = 0.0
    columns: int = 64
    occasions: tuple[int, ...] = ()
    cell_areas: tuple[float, ...] = ()

    def read(self) -> Given:
        """The survey. Raises Wrong."""
        everything = [*self.traps, self.captures, *self.masks]
        if sum(file.size or 0 for file in everything) > LIMIT_BYTES:
            raise Wrong({"captures": [_too_large()]})
        with tempfile.TemporaryDirectory(dir=files.folder(), prefix=".arriving-") as folder:
            paths = [_laid(Path(folder), number, file) for number, file in enumerate(everything)]
            count = len(self.traps)
            sources = Sources(
                traps=tuple(paths[:count]),
                captures=paths[count],
                kind=self.kind,
                masks=tuple(paths[count + 1 :]),
                buffer=self.buffer,
                nx=self.columns,
                occasions=self.occasions,
                cell_areas=self.cell_areas,
            )
            try:
                read = read_survey(sources)
            except FormatErrors as errors:
                raise Wrong(self._told(errors, [path.name for path in paths])) from errors
        self._require_fit(read.survey)
        notes = tuple(noted(note) for note in read.notes)
        return Given(
            read.survey,
            None if self.masks else self.buffer,
            tuple(shortened(file.name, 200) for file in everything),
            notes,
        )

    def _told(self, errors: FormatErrors, names: list[str]) -> dict[str, list[str]]:
        """Every problem beside the field through which its file came."""
        fields = ["traps"] * len(self.traps) + ["captures"] + ["masks"] * len(self.masks)
        of_file = dict(zip(names, fields, strict=True))
        problems: dict[str, list[str]] = {}
        for problem in errors.errors[:TOLD]:
            field = "occasions" if problem.file == "--occasions" else of_file.get(problem.file, "captures")
            problems.setdefault(field, []).append(wordings.sentence(noted(problem)))
        if errors.error_count > TOLD:
            more = _("… and %(count)s more.") % {"count": errors.error_count - TOLD}
            problems.setdefault("captures", []).append(more)
        return problems

    def _require_fit(self, survey: Survey) -> None:
        """Raise Wrong for a survey that is too large here or lies outside its reference system."""
        points = max(len(session.mask.points) for session in survey.sessions)
        if points > MOST_POINTS:
            raise Wrong({"masks" if self.masks else "columns": [too_many(points)]})
        if survey.animals > MOST_ANIMALS or any(
            session.detectors.count > MOST_DETECTORS for session in survey.sessions
        ):
            raise Wrong(
                {
                    "captures": [
                        _(
                            "More than %(detectors)s detectors or %(animals)s individuals: "
                            "“amur capture fit” takes larger surveys."
                        )
                        % {"detectors": MOST_DETECTORS, "animals": MOST_ANIMALS}
                    ]
                }
            )
        try:
            for session in survey.sessions:
                require_within(self.crs, session.detectors.positions)
        except WrongSystem as wrong:
            raise Wrong({"crs": [system_problem(self.crs, str(wrong.args[0]))]}) from wrong


def noted(problem: FormatError) -> dict[str, Any]:
    """A problem as plain values."""
    plain = {
        name: value if isinstance(value, int | float) else str(value)
        for name, value in problem.params.items()
    }
    return {
        "code": problem.code,
        "params": plain,
        "file": shortened(problem.file),
        "row": problem.row,
        "column": problem.column,
    }


def system_problem(crs: str, code: str) -> str:
    """What is wrong with a reference system, by the code of `places.WrongSystem`."""
    name = shortened(crs)
    if code == "unknown":
        return _("“%(crs)s” is no reference system; write an EPSG code, such as EPSG:32652.") % {"crs": name}
    if code == "degrees":
        return _(
            "“%(crs)s” does not count in metres. Project the coordinates first, to the UTM zone of the "
            "survey, say."
        ) % {"crs": name}
    return _(
        "In “%(crs)s” the detectors lie far from where this system is meant for. Check the zone and the "
        "order of easting and northing."
    ) % {"crs": name}


def _too_large() -> str:
    return _("The files are larger than %(limit)s MiB together. Give a coarser mask or fewer sessions.") % {
        "limit": LIMIT_BYTES >> 20
    }


def too_many(points: int) -> str:
    """That a mask has too many points."""
    return _("The mask has %(points)s points; at most %(most)s are possible. Give a coarser one.") % {
        "points": points,
        "most": MOST_POINTS,
    }


def _laid(folder: Path, number: int, file: UploadedFile) -> Path:
    """The file under the name that its owner knows, in a folder of its own; equal names are told apart."""
    place = folder / str(number)
    place.mkdir()
    name = shortened(Path(str(file.name)).name, 100)
    taken = {one.name for other in folder.iterdir() if other != place for one in other.iterdir()}
    path = place / (name if name not in taken else f"{name} ({number + 1})")
    with path.open("xb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return path
