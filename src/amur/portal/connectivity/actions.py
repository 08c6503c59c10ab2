"""The verbs of the room: taking a raster in, starting a run, releasing and deleting a result."""

from collections.abc import Mapping
from typing import Any

from amur.formats.rasters import Raster
from amur.portal.audit.actions import batch
from amur.portal.connectivity import facts, files, synthetic, work
from amur.portal.connectivity.models import ConnectivityResult, ResistanceRaster
from amur.portal.facts.actions import delete_computed
from amur.portal.offices.models import Office, Person
from amur.portal.runs import actions as runs
from amur.portal.runs.models import Run, RunState


def take_raster(raster: Raster, name: str, office: Office, *, seed: int | None = None) -> ResistanceRaster:
    """Keep a checked raster among those of an office; the same one is there once."""
    grid = raster.grid
    sha256 = files.keep(raster.values, grid)
    row, _made = ResistanceRaster.objects.get_or_create(
        office=office,
        sha256=sha256,
        defaults={
            "name": name[:200],
            "rows": grid.rows,
            "columns": grid.columns,
            "west": grid.west,
            "south": grid.south,
            "cell_width": grid.width,
            "cell_height": grid.height,
            "crs": grid.crs or "",
            "seed": seed,
        },
    )
    return row


def synthetic_raster(office: Office, seed: int = synthetic.SEED) -> ResistanceRaster:
    """The made-up landscape as a raster of the office."""
    known = ResistanceRaster.objects.filter(office=office, seed=seed).first()
    if known is not None and files.path_of(known.sha256).exists():
        return known
    return take_raster(synthetic.landscape(seed), f"synthetic-{seed}.tif", office, seed=seed)


def start(
    parameters: Mapping[str, Any], person: Person | None, office: Office, *, in_background: bool = True
) -> Run | ConnectivityResult:
    """Start a run, or give the office's result of the same inputs.

    A run of the same inputs that still waits or works is given instead of a second one. Raises ValueError
    naming the parameter that is wrong.
    """
    checked = work.checked(parameters)
    raster = ResistanceRaster.objects.get(uuid=checked["raster"])
    if raster.office != office:
        raise ValueError("raster: it is not one of this office")
    inputs = work.digest(checked, raster, work.areas_of(office, checked["areas"]))
    known = ConnectivityResult.objects.filter(office=office, input_hash=inputs).first()
    if known is not None:
        return known
    going = Run.objects.filter(
        kind=work.NAME,
        office=office,
        inputs__all=inputs,
        state__in=(RunState.QUEUED, RunState.RUNNING),
    ).first()
    return going or runs.start(
        work.NAME,
        checked,
        person,
        office,
        inputs={
            "raster": raster.name,
            "raster_sha256": raster.sha256,
            "synthetic": raster.is_synthetic,
            "areas": len(checked["areas"]),
            "all": inputs,
        },
        in_background=in_background,
    )


def release(result: ConnectivityResult, *, published: bool) -> None:
    """Let the public see a result and its facts, or take them back."""
    with batch():
        result.is_published = published
        result.save()
        facts.follow_release(result)


def delete(result: ConnectivityResult) -> None:
    """Take a result away with its facts. The files stay until nothing names them: see `sweep`."""
    with batch():
        delete_computed(result.run)
        result.delete()
    sweep([result.current])


def sweep(hashes: list[str]) -> None:
    """Remove files that no row names any more."""
    for sha256 in hashes:
        if not (
            ConnectivityResult.objects.filter(current=sha256).exists()
            or ResistanceRaster.objects.filter(sha256=sha256).exists()
        ):
            files.path_of(sha256).unlink(missing_ok=True)
