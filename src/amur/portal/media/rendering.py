"""Making the served copies of a file, in a run: `media.renditions`. Started by `actions`."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from amur.formats.media import limited
from amur.formats.media.problems import MediaProblem
from amur.portal.media import store
from amur.portal.media.models import MediaFile
from amur.portal.media.queries import named
from amur.portal.offices.policies import Subject
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run

RENDITIONS_KIND: Final = "media.renditions"
STAGES: Final = {"draw": _("Making the served copies")}


def render(file: MediaFile) -> dict[str, Any]:
    """Make the copies of a file that are served, and store them. Raises MediaProblem when that cannot be.

    Nothing is half done: the row names its copies only when all of them are stored.
    """
    with tempfile.TemporaryDirectory(dir=_workshop()) as out:
        made = limited.copies(store.path_of(file.sha256), file.media_type, Path(out))
        return adopt(file, made)


def adopt(file: MediaFile, made: Iterable[limited.Copy]) -> dict[str, Any]:
    """Take finished copies into the store and name them in the row."""
    variants: dict[str, Any] = {}
    for copy in made:
        with copy.path.open("rb") as opened:
            sha256, size = store.keep(iter(lambda: opened.read(1 << 20), b""), copy.path.stat().st_size)
        variants[copy.name] = {
            "sha256": sha256,
            "media_type": copy.media_type,
            "size": size,
            "width": copy.width,
            "height": copy.height,
        }
    file.variants = variants
    file.save(update_fields=["variants"])
    return variants


def sweep() -> int:
    """Remove stored files that no row has named for a day; gives how many."""
    left = store.unnamed(named())
    for sha256 in left:
        store.discard(sha256)
    return len(left)


def _workshop() -> Path:
    place = Path(settings.AMUR_DATA) / "media" / "workshop"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        uuid = UUID(str(given.get("file")))
    except ValueError as error:
        raise ValueError("file: the identifier of a file is needed") from error
    if not MediaFile.objects.filter(uuid=uuid).exists():
        raise ValueError("file: there is no such file")
    return {"file": str(uuid)}


def _work(task: Task) -> Outcome:
    file = MediaFile.objects.filter(uuid=task.run.parameters["file"]).first()
    if file is None:  # deleted while it waited
        return Outcome({"copies": 0})
    task.progress(0.1, "draw")
    try:
        variants = render(file)
    except MediaProblem as problem:
        raise Refused(
            [{"code": f"media-{problem.code}", "severity": "error", "params": dict(problem.params)}]
        ) from problem
    sweep()
    return Outcome({"copies": len(variants)})


def _address(run: Run) -> str:
    from django.urls import reverse

    return reverse("media_files:index")


RENDITIONS: Final = Kind(
    RENDITIONS_KIND,
    _("Making the served copies of a file"),
    Subject.MEDIA,
    _work,
    _checked,
    address=_address,
    stages=STAGES,
)
