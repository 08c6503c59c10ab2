"""The words of `amur tracks`, `amur distance`, `amur occupancy` and `amur encounter` on the command line."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from amur.commands.jobs.wiring import Add, watched
from amur.portal.operations.problems import _

if TYPE_CHECKING:
    from amur.commands.abundance.output import Outputs
    from amur.science.abundance.counts import Kind


def add_abundance(add: Add) -> None:
    """Add the commands; `add` takes the name, the function and the line of help of one."""
    _add_tracks(add("tracks", run_tracks, _("density from winter track counts (FMP, ZMU)")))
    _add_distance(add("distance", run_distance, _("density from distances to lines, points or cameras")))
    _add_occupancy(add("occupancy", run_occupancy, _("occupancy or abundance from repeated visits to sites")))
    _add_encounter(add("encounter", run_encounter, _("density from encounters with cameras (REM)")))


def _add_tracks(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--routes", type=Path, required=True, metavar="CSV",
        help=_("counts: stratum, route, length_km, species, crossings, dates, snow"),
    )  # fmt: skip
    command.add_argument(
        "--strata", type=Path, required=True, metavar="CSV", help=_("groups of habitats: stratum, area_km2")
    )
    command.add_argument(
        "--daily-paths", type=Path, metavar="CSV", help=_("whole paths of a day: species, length_km, season")
    )
    command.add_argument(
        "--coefficients", type=Path, metavar="CSV", help=_("in place of paths: species, coefficient (K)")
    )
    command.add_argument(
        "--species", action="append", default=[], metavar="NAME", help=_("only this one; may be given again")
    )
    command.add_argument("--season", default="", metavar="NAME", help=_("daily paths of this season"))
    command.add_argument(
        "--coldest", type=_number, default=-30.0, metavar="C", help=_("a colder count is noted (-30)")
    )
    command.add_argument(
        "--norms",
        type=Path,
        metavar="CSV",
        help=_("norms of harvest: density_to, share"),
    )
    add_bootstrap(command)
    add_outputs(command)


def run_tracks(options: argparse.Namespace) -> int:
    """Density from winter tracks."""
    from amur.commands.abundance.tracks import Job
    from amur.commands.abundance.tracks import run_tracks as run
    from amur.formats.abundance.tracks import Sources

    sources = Sources(
        options.routes,
        options.strata,
        options.daily_paths,
        options.coefficients,
        tuple(options.species),
        options.season,
        options.coldest,
    )
    job = Job(sources, options.norms, options.resamples, options.seed, _outputs(options))
    with watched(resumable=False, compiled=False) as (say, progress):
        return run(job, say, progress)


def _add_distance(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "table", type=Path, metavar="CSV",
        help=_("observations: sample, effort, distance; stratum, area, size, fraction, covariates"),
    )  # fmt: skip
    command.add_argument(
        "--kind", required=True, choices=["line", "point"], help=_("lines, or points and cameras")
    )
    command.add_argument(
        "--distance-unit", required=True, choices=["m", "cm", "km", "ft"], help=_("unit of distances")
    )
    command.add_argument(
        "--effort-unit", required=True,
        choices=["m", "km", "visits", "snapshots", "seconds", "hours", "days"],
        help=_("unit of effort: m or km of line; visits to a point; work of a camera"),
    )  # fmt: skip
    command.add_argument(
        "--area-unit", default="km2", choices=["km2", "ha", "m2"], help=_("unit of areas (km2)")
    )
    command.add_argument(
        "--snapshot", type=_positive, default=0.0, metavar="S",
        help=_("seconds between the moments at which a camera looks"),
    )  # fmt: skip
    command.add_argument(
        "--fraction", type=_positive, default=1.0, metavar="F",
        help=_("part of the circle that a camera sees, such as 0.1167 (1)"),
    )  # fmt: skip
    command.add_argument(
        "--key", action="append", default=[], choices=["half-normal", "hazard-rate", "uniform"],
        help=_("key of the detection function; again for several (all)"),
    )  # fmt: skip
    command.add_argument(
        "--series", default="cosine", choices=["cosine", "polynomial", "hermite"],
        help=_("adjustment terms (cosine)"),
    )  # fmt: skip
    command.add_argument(
        "--adjustments", type=_count, default=0, metavar="N", help=_("up to so many terms, by AIC (0)")
    )
    command.add_argument(
        "--orders", type=_wholes, default=(), metavar="N,N", help=_("these terms and no others")
    )
    command.add_argument(
        "--scale", default="~1", metavar="FORMULA", help=_('scale on covariates, such as "~habitat + size"')
    )
    command.add_argument("--left", type=_number, default=0.0, metavar="M", help=_("left truncation in m (0)"))
    command.add_argument(
        "--right", type=_positive, default=0.0, metavar="M", help=_("right truncation in m (the farthest)")
    )
    command.add_argument(
        "--breaks", type=_numbers, default=(), metavar="M,M,…", help=_("ends of intervals in m")
    )
    command.add_argument(
        "--variance", choices=["R2", "P3"], help=_("between samples (R2 for lines, P3 for points)")
    )
    add_outputs(command)


def run_distance(options: argparse.Namespace) -> int:
    """Density from distances."""
    from amur.commands.abundance.distance import Job
    from amur.commands.abundance.distance import run_distance as run
    from amur.formats.abundance.distances import LINE_EFFORT, SECONDS, Units
    from amur.portal.operations.problems import Problem
    from amur.science.abundance.detection import KEYS

    if (options.effort_unit in LINE_EFFORT) != (options.kind == "line"):
        raise Problem(_("--effort-unit {unit} does not go with --kind {kind}.").format(
            unit=options.effort_unit, kind=options.kind), 2)  # fmt: skip
    if options.effort_unit in SECONDS and not options.snapshot:
        raise Problem(_("The effort is a time: give the seconds between moments with --snapshot."), 2)
    if options.fraction > 1 or (options.kind == "line" and options.fraction != 1):
        raise Problem(_("--fraction is a part of the circle of a point, up to 1."), 2)
    job = Job(
        options.table,
        options.kind,
        Units(options.distance_unit, options.effort_unit, options.area_unit, options.snapshot),
        options.fraction,
        tuple(options.key) or KEYS,
        options.series,
        options.orders,
        options.adjustments,
        options.scale,
        options.left,
        options.right,
        options.breaks,
        options.variance,
        _outputs(options),
    )
    with watched(resumable=False, compiled=False) as (say, progress):
        return run(job, say, progress)


def _add_occupancy(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "table", type=Path, metavar="CSV",
        help=_("a row for each site: visit_1, visit_2 …, covariates such as wood, date_1, date_2 …"),
    )  # fmt: skip
    command.add_argument(
        "--model", default="occupancy", choices=["occupancy", "royle-nichols", "nmixture", "distance"],
        help=_("occupancy; royle-nichols or nmixture (abundance); distance (counts by distance)"),
    )  # fmt: skip
    command.add_argument(
        "--formulas", default="", metavar="FORMULAS",
        help=_('such as "psi ~ wood, p ~ date"; lam in place of psi for abundance; D, sigma for distance'),
    )  # fmt: skip
    command.add_argument(
        "--mixture", default="poisson", choices=["poisson", "negative-binomial", "zero-inflated"],
        help=_("of animals among sites (poisson)"),
    )  # fmt: skip
    command.add_argument(
        "--largest", type=_count, default=0, metavar="K", help=_("end of sums over numbers (what suffices)")
    )
    command.add_argument(
        "--visits", type=_names, default=(), metavar="A,B,…", help=_("columns of visits, or of intervals")
    )
    command.add_argument(
        "--visit-covariate", type=_covariate, action="append", default=[], metavar="NAME=A,B,…",
        help=_("columns of a covariate of visits; may be given again"),
    )  # fmt: skip
    command.add_argument("--profile", action="store_true", help=_("profile intervals of all coefficients"))
    command.add_argument(
        "--breaks", type=_numbers, default=(), metavar="M,M,…", help=_("with --model distance: ends in m")
    )
    command.add_argument(
        "--kind", choices=["line", "point"], default="line", help=_("with --model distance (line)")
    )
    command.add_argument(
        "--length", type=_length, default=("", 1.0), metavar="NAME:UNIT",
        help=_("with --model distance: column and unit (m, km) of the length of lines"),
    )  # fmt: skip
    command.add_argument(
        "--key",
        choices=["half-normal", "hazard-rate"],
        default="half-normal",
        help=_("with --model distance"),
    )
    add_outputs(command)


def run_occupancy(options: argparse.Namespace) -> int:
    """Occupancy or abundance from repeated visits."""
    from amur.commands.abundance.occupancy import Job
    from amur.commands.abundance.occupancy import run_occupancy as run
    from amur.formats.abundance.sites import Columns
    from amur.portal.operations.problems import Problem
    from amur.science.abundance.occupancy import Model

    by_distance = options.model == "distance"
    if by_distance != bool(options.breaks):
        raise Problem(_("--breaks and --model distance go together."), 2)
    if by_distance and (options.kind == "line") != bool(options.length[0]):
        raise Problem(_("Lines need their --length, points have none."), 2)
    try:
        kind: Kind = "nmixture" if by_distance else options.model
        model = Model(kind, options.formulas, options.mixture, options.largest)
    except ValueError as error:
        raise Problem(_("--model: {reason}.").format(reason=error), 2) from error
    name, metres = options.length
    job = Job(
        options.table,
        model,
        Columns(options.visits, dict(options.visit_covariate)),
        options.profile,
        options.breaks,
        options.kind,
        name,
        metres,
        options.key,
        _outputs(options),
    )
    with watched(resumable=False, compiled=False) as (say, progress):
        return run(job, say, progress)


def _add_encounter(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "stations", type=Path, metavar="STATIONS", help=_("CSV: station, days, encounters, species, reacting")
    )
    command.add_argument(
        "figures", type=Path, metavar="FIGURES",
        help=_("CSV: figure (speed, radius, angle, activity), estimate, se, unit"),
    )  # fmt: skip
    command.add_argument("--species", default="", metavar="NAME", help=_("only this one"))
    add_bootstrap(command)
    add_outputs(command)


def run_encounter(options: argparse.Namespace) -> int:
    """Density from encounters."""
    from amur.commands.abundance.encounter import Job
    from amur.commands.abundance.encounter import run_encounter as run

    job = Job(
        options.stations, options.figures, options.species, options.resamples, options.seed, _outputs(options)
    )
    with watched(resumable=False, compiled=False) as (say, progress):
        return run(job, say, progress)


def add_bootstrap(command: argparse.ArgumentParser) -> None:
    """The options of a bootstrap."""
    command.add_argument(
        "--resamples", type=_count, default=2000, metavar="N", help=_("draws of the bootstrap (2000)")
    )
    command.add_argument("--seed", type=_count, default=1, metavar="N", help=_("of the random draws (1)"))


def add_outputs(command: argparse.ArgumentParser) -> None:
    """The options that write files."""
    command.add_argument("--json", type=Path, metavar="OUT", help=_("also write the results as JSON"))
    command.add_argument("--csv", type=Path, metavar="OUT", help=_("also write the estimates as CSV"))
    command.add_argument("--report", type=Path, metavar="OUT", help=_("also write a page (HTML)"))


def _outputs(options: argparse.Namespace) -> Outputs:
    from amur.commands.abundance.output import Outputs

    return Outputs(options.json, options.csv, options.report)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(_("{text} is no number").format(text=text))
    return value


def _positive(text: str) -> float:
    value = _number(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(_("{text} is no number above 0").format(text=text))
    return value


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


def _covariate(text: str) -> tuple[str, tuple[str, ...]]:
    name, mark, columns = text.partition("=")
    if not (mark and name.strip() and columns.strip()):
        raise argparse.ArgumentTypeError(_("{text} is not NAME=COLUMN,COLUMN").format(text=text))
    return name.strip(), _names(columns)


def _length(text: str) -> tuple[str, float]:
    name, _mark, unit = text.rpartition(":")
    if not name or unit not in ("m", "km"):
        raise argparse.ArgumentTypeError(_("{text} is not NAME:m or NAME:km").format(text=text))
    return name, 1000.0 if unit == "km" else 1.0


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(_number(part) for part in text.split(","))


def _wholes(text: str) -> tuple[int, ...]:
    return tuple(_count(part.strip()) for part in text.split(","))


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 1_000_000):
        raise argparse.ArgumentTypeError(_("{text} is no number from 0 to 1000000").format(text=text))
    return int(text)
