"""From encounters with cameras to density by the random encounter model."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amur.commands.abundance.output import Outputs, Results, Row, require_folders, tell_and_write
from amur.commands.abundance.plots import intervals
from amur.commands.jobs.page import paragraph, section, table
from amur.commands.jobs.running import Say, reading, tell
from amur.formats.abundance.encounters import read_encounters
from amur.portal.operations.problems import _
from amur.portal.operations.progress import Progress
from amur.science.abundance.encounter import EncounterFit, Zone, fit

PARTS = {
    "rate": _("encounters per day"),
    "day_range": _("day range"),
    "radius": _("radius of detection"),
    "angle": _("angle of detection"),
}


@dataclass(frozen=True, slots=True)
class Job:
    """The files of stations and of figures, a species or all, draws of the bootstrap."""

    stations: Path
    figures: Path
    species: str = ""
    resamples: int = 2000
    seed: int = 1
    outputs: Outputs = field(default_factory=Outputs)


def run_encounter(job: Job, say: Say, progress: Progress) -> int:
    """Compute density; returns the exit status. Raises `Problem`."""
    require_folders(job.outputs)
    progress(0.0, _("reading"))
    with reading():
        read = read_encounters(job.stations, job.figures, job.species)
    tell(read.notes, say)
    rows: list[Row] = []
    more: dict[str, Any] = {}
    parts, warnings = [], []
    for number, (species, stations) in enumerate(read.stations.items()):
        progress(number / len(read.stations), _("drawing stations again"))
        found = fit(stations, read.zone, resamples=job.resamples, seed=job.seed)
        rows.extend(_rows(species, found, read.zone))
        more[species or "all"] = {
            "stations": len(stations.days),
            "encounters": float(stations.encounters.sum()),
            "camera_days": float(stations.days.sum()),
            "share_of_variance": found.parts,
        }
        parts.append(_part(species, found))
        if not math.isfinite(found.density.upper):
            warnings.append(_("{species}: no interval; more stations with encounters are needed.").format(
                species=species or _("all")))  # fmt: skip
    progress(1.0, _("done"))
    method = {
        "method": "random encounter model, D = rate pi / (v r (2 + theta))",
        "interval": "log-normal, cv by the delta method; bootstrap of stations",
        "resamples": job.resamples,
        "seed": job.seed,
    }
    title = _("Random encounter model")
    tell_and_write(
        Results(title, method, rows, {"species": more}, (), parts, read.notes, warnings), job.outputs, say
    )
    return 0


def _rows(species: str, found: EncounterFit, zone: Zone) -> list[Row]:
    rows = [
        Row("rate", _("encounters"), found.rate, "per day", species),
        Row("day_range", _("day range"), zone.day_range, "km/day", species),
        Row("radius", _("radius of detection"), zone.radius, "m", species),
        Row("angle", _("angle of detection"), zone.angle, "degrees", species),
        Row("density", _("density"), found.density, "per km²", species),
    ]
    if math.isfinite(found.bootstrap.se):
        rows.append(Row("density_bootstrap", _("density, by bootstrap"), found.bootstrap, "per km²", species))
    return rows


def _part(species: str, found: EncounterFit) -> str:
    both = [
        (_("delta method"), found.density.estimate, found.density.lower, found.density.upper),
        (_("bootstrap"), found.bootstrap.estimate, found.bootstrap.lower, found.bootstrap.upper),
    ]
    picture = intervals(_("Density with 95 % intervals"), _("per km²"), both)
    cells = [
        [PARTS[name], f"{share:.0%}" if math.isfinite(share) else "—"] for name, share in found.parts.items()
    ]
    note = _(
        "The model holds for animals that move as if no camera were there: encounters with animals that "
        "react to it, and cameras on trails or at bait, make the density wrong."
    )
    parts = table([_("share of the variance from"), ""], cells, text=True)
    return section(species or _("all"), picture, parts, paragraph(note))
