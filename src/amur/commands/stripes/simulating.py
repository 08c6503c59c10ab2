"""Writes the pictures of a simulated survey and the table that `amur stripes evaluate` reads."""

from __future__ import annotations

import csv
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from PIL import Image

from amur.commands.jobs.running import Say
from amur.portal.operations.problems import Problem, _
from amur.portal.operations.progress import Progress
from amur.science.stripes.simulation import Shot, Survey, shots_of

BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
TABLE: Final = "pictures.csv"
TITLES: Final = (
    "path", "animal", "side", "station", "time", "encounter", "box_x", "box_y", "box_w", "box_h", "mask",
)  # fmt: skip
JPEG: Final = 88


def run_simulate(folder: Path, animals: int, encounters: int, seed: int, say: Say, progress: Progress) -> int:
    """Write a survey into a folder that is not there yet or empty. Raises `Problem`.

    Everything is drawn beside the folder and renamed at the end.
    """
    survey = Survey(animals, encounters, seed=seed)
    target = folder.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Problem(_("{folder} is not empty. Choose a new folder.").format(folder=folder))
    if not target.parent.is_dir():
        raise Problem(_("There is no folder {folder}.").format(folder=target.parent))
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        total = animals * encounters * survey.frames
        rows = []
        for k, shot in enumerate(shots_of(survey)):
            progress(k / total, _("drawing pictures"))
            rows.append(_write(shot, scratch))
        with (scratch / TABLE).open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened, lineterminator="\n").writerows([TITLES, *rows])
        scratch.chmod(0o755)
        if target.exists():
            target.rmdir()
        scratch.rename(target)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    say(_("{count} synthetic pictures and {table} are in {folder}.").format(
        count=len(rows), table=TABLE, folder=folder))  # fmt: skip
    return 0


def _write(shot: Shot, folder: Path) -> tuple[str | float, ...]:
    """Write a picture and its mask; returns its row."""
    name = f"{shot.animal}/{shot.encounter}-{shot.frame}"
    path, mask = folder / f"{name}.jpg", folder / f"{name}-mask.png"
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(shot.scene.picture).save(path, quality=JPEG)
    Image.fromarray(shot.scene.mask).save(mask)
    time = (BEGIN + timedelta(seconds=shot.second)).isoformat()
    return (
        path.relative_to(folder).as_posix(), shot.animal, shot.side, shot.station, time, shot.encounter,
        *shot.scene.box, mask.relative_to(folder).as_posix(),
    )  # fmt: skip
