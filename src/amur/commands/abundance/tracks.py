"""From tables of winter tracks to density, the form of the Russian rules, and advice on harvest."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amur.commands.abundance.output import (
    Outputs,
    Results,
    Row,
    ranged,
    require_folders,
    short,
    tell_and_write,
)
from amur.commands.abundance.plots import intervals
from amur.commands.jobs.page import paragraph, section, table
from amur.commands.jobs.running import Say, reading, tell
from amur.formats.abundance.tracks import Sources, read_norms, read_tracks
from amur.portal.operations.problems import _
from amur.portal.operations.progress import Progress, part
from amur.science.abundance.harvest import Advice, Norms, quota
from amur.science.abundance.tracks import KM2_PER_1000_HA, TracksFit, TrackSurvey, fit


@dataclass(frozen=True, slots=True)
class Job:
    """What is computed: the sources, norms of harvest where there are some, draws of the bootstrap."""

    sources: Sources
    norms: Path | None = None
    resamples: int = 2000
    seed: int = 1
    outputs: Outputs = field(default_factory=Outputs)


def run_tracks(job: Job, say: Say, progress: Progress) -> int:
    """Compute density and numbers; returns the exit status. Raises `Problem`."""
    require_folders(job.outputs)
    progress(0.0, _("reading"))
    with reading():
        read = read_tracks(job.sources)
        norms = read_norms(job.norms) if job.norms is not None else None
    tell(read.notes, say)
    found: dict[str, TracksFit] = {}
    for number, (species, survey) in enumerate(read.surveys.items()):
        inner = part(progress, number / len(read.surveys), (number + 1) / len(read.surveys))
        inner(0.0, _("drawing routes and daily paths again"))
        found[species] = fit(survey, resamples=job.resamples, seed=job.seed)
    progress(1.0, _("done"))
    rows: list[Row] = []
    more, parts, warnings, facts = {}, [], [], []
    for species, result in found.items():
        survey = read.surveys[species]
        advice = None
        if norms is not None:
            advice = quota(result.number, float(survey.areas.sum()) / KM2_PER_1000_HA, norms)
            facts.append(_quota_line(species, advice))
        rows.extend(_rows(species, result, survey))
        more[species] = _more(result, advice)
        parts.append(_part(species, result, advice, norms))
        warnings.extend(_warnings(species, result))
    method = {
        "method": "Formozov-Malyshev-Pereleshin, D = (pi / 2) X / (L d)",
        "interval": "log-normal, delta method; bootstrap of routes within strata and of daily paths",
        "resamples": job.resamples,
        "seed": job.seed,
        "season": job.sources.season or "all",
    }
    results = Results(
        _("Winter track counts"), method, rows, {"species": more}, facts, parts, read.notes, warnings
    )
    tell_and_write(results, job.outputs, say)
    return 0


def _rows(species: str, found: TracksFit, survey: TrackSurvey) -> list[Row]:
    rows = [Row("daily_path", _("daily path"), found.daily_path, "km", species)]
    for row in found.strata if len(found.strata) > 1 else ():
        group = f"{species}, {row.name}"
        rows.append(Row("density", _("density"), row.density, "per km²", group))
        rows.append(Row("number", _("number of animals"), row.number, "", group))
    rows.append(Row("density", _("density"), found.density, "per km²", species))
    rows.append(
        Row("density_per_1000_ha", _("density"), found.density.times(KM2_PER_1000_HA), "per 1000 ha", species)
    )
    rows.append(Row("number", _("number of animals"), found.number, "", species))
    if math.isfinite(found.bootstrap.se):
        rows.append(
            Row("number_bootstrap", _("number of animals, by bootstrap"), found.bootstrap, "", species)
        )
    return rows


def _more(found: TracksFit, advice: Advice | None) -> dict[str, Any]:
    more: dict[str, Any] = {
        "daily_path_share_of_variance": found.daily_path_share,
        "official": [
            {
                "group": row.name,
                "area_1000_ha": row.area_1000_ha,
                "crossings_per_10_km": row.per_10_km,
                "coefficient": row.coefficient,
                "density_per_1000_ha": row.density_per_1000_ha,
                "number": row.number,
            }
            for row in found.official
        ],
        "official_number": found.official_number,
    }
    if advice is not None:
        more["harvest"] = {
            name: None
            if step is None
            else {
                "density_per_1000_ha": step.density_per_1000_ha,
                "number": step.number,
                "share": step.share,
                "animals": step.animals,
            }
            for name, step in (("estimate", advice.from_estimate), ("lower_bound", advice.from_lower))
        }
    return more


def _part(species: str, found: TracksFit, advice: Advice | None, norms: Norms | None) -> str:
    """The section of a species on the page: the strata, the form of the rules, quotas."""
    strata = table(
        [
            _("stratum"),
            _("km²"),
            _("routes"),
            _("km of route"),
            _("crossings"),
            _("per km²"),
            _("number of animals"),
        ],
        [
            [
                row.name,
                short(row.area),
                str(row.routes),
                short(row.length),
                short(row.crossings),
                ranged(row.density),
                ranged(row.number),
            ]
            for row in found.strata
        ],
    )
    picture = intervals(
        _("Density of {species} by stratum, with 95 % intervals").format(species=species),
        _("per km²"),
        [(row.name, row.density.estimate, row.density.lower, row.density.upper) for row in found.strata],
    )
    whole = sum(row.area_1000_ha for row in found.official)
    official = table(
        [
            _("group of habitats"),
            _("Q, 1000 ha"),
            _("A, crossings per 10 km"),
            "K",
            _("per 1000 ha"),
            "N",
        ],
        [
            [
                row.name,
                short(row.area_1000_ha),
                short(row.per_10_km),
                short(row.coefficient),
                short(row.density_per_1000_ha),
                short(row.number),
            ]
            for row in found.official
        ]
        + [
            [
                _("all"),
                short(whole),
                "",
                "",
                "",
                short(found.official_number),
            ]
        ],
    )
    parts = [picture, strata]
    if math.isfinite(found.daily_path_share):
        parts.append(
            paragraph(
                _("{share} of the variance of the number comes from the daily path.").format(
                    share=f"{found.daily_path_share:.0%}"
                )
            )
        )
    parts += [paragraph(_("In the form of the Russian rules (ZMU): density A K, number A K Q.")), official]
    if advice is not None and norms is not None:
        parts.append(_quotas(advice))
    return section(species, *parts)


def _quota_line(species: str, advice: Advice) -> str:
    lower = advice.from_lower
    return _("{species}: by the norms {many} animals from the estimate, {few} from its lower bound").format(
        species=species,
        many=advice.from_estimate.animals,
        few="—" if lower is None else lower.animals,
    )


def _quotas(advice: Advice) -> str:
    lines = []
    for name, step in ((_("estimate"), advice.from_estimate), (_("lower bound"), advice.from_lower)):
        if step is None:
            lines.append([name, "—", "—", "—", "—"])
        else:
            lines.append(
                [
                    name,
                    short(step.density_per_1000_ha),
                    short(step.number),
                    f"{step.share:.3g}",
                    str(step.animals),
                ]
            )
    titles = [
        _("quota from the"),
        _("per 1000 ha"),
        _("number of animals"),
        _("share of the norm"),
        _("animals"),
    ]
    note = _("The quota of the lower bound is the one that a wrong estimate hardly makes too large.")
    return table(titles, lines) + paragraph(note)


def _warnings(species: str, found: TracksFit) -> list[str]:
    told = []
    if not math.isfinite(found.number.upper):
        told.append(
            _("{species}: too few routes for an interval; count more routes in every stratum.").format(
                species=species
            )
        )
    elif not math.isfinite(found.daily_path_share):
        told.append(
            _("{species}: the variance of the daily path is unknown; the interval leaves it out.").format(
                species=species
            )
        )
    borrowed = [row.name for row in found.strata if row.borrowed]
    if borrowed:
        told.append(
            _("{species}: one route only in {strata}; its variance is that of the other strata.").format(
                species=species, strata=", ".join(borrowed)
            )
        )
    return told
