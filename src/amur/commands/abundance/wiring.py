"""The words of `amur tracks`, `amur distance`, `amur occupancy` and `amur encounter` on the command line."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from amur.commands.jobs.wiring import Add, watched
from amur.portal.operations.problems import _


def add_abundance(add: Add) -> None:
    """Add the commands; `add` takes the name, the function and the line of help of one."""
    _add_tracks(add("tracks", run_tracks, _("density from winter track counts (FMP, ZMU)")))


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


def _outputs(options: argparse.Namespace):  # type: ignore[no-untyped-def]
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


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 1_000_000):
        raise argparse.ArgumentTypeError(_("{text} is no number from 0 to 1000000").format(text=text))
    return int(text)
