"""The words of `amur capture simulate` and `amur capture design` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from amur.commands.capture.words import not_negative, positive, whole
from amur.commands.jobs.wiring import Add, watched
from amur.portal.operations.problems import _

if TYPE_CHECKING:
    from amur.commands.capture.planning import Plan

FUNCTIONS = ("HN", "EX", "HHN", "HEX")


def add_planning(add: Add) -> None:
    """Add both commands; `add` takes name, function and line of help."""
    simulate = add("simulate", run_simulations, _("simulate surveys with a layout of cameras and fit them"))
    simulate.add_argument(
        "--traps",
        type=Path,
        required=True,
        metavar="TRAPS",
        help=_("detectors: id, easting, northing, effort"),
    )  # fmt: skip
    _add_truth(simulate)
    _add_places(simulate)
    simulate.add_argument("--count", type=whole, default=100, metavar="N", help=_("surveys (100)"))
    simulate.add_argument(
        "--write", type=Path, metavar="FOLDER",
        help=_("write the traps and captures of each survey there, in place of fitting them"),
    )  # fmt: skip
    simulate.add_argument("--json", type=Path, metavar="OUT", help=_("also write the results as JSON"))
    simulate.add_argument("--csv", type=Path, metavar="OUT", help=_("also a row for each survey as CSV"))

    design = add("design", run_designs, _("judge a layout of cameras before the survey, or suggest one"))
    given = design.add_mutually_exclusive_group(required=True)
    given.add_argument("--traps", type=Path, metavar="TRAPS", help=_("a layout to judge, as for capture fit"))
    given.add_argument(
        "--area", type=Path, metavar="AREA",
        help=_("suggest a layout in this area: polygons (GeoJSON, GeoPackage), or a mask as CSV"),
    )  # fmt: skip
    design.add_argument("--cameras", type=whole, metavar="K", help=_("at most so many, with --area"))
    design.add_argument(
        "--forbidden", type=Path, metavar="AREA", help=_("polygons where no camera may stand, with --area")
    )
    design.add_argument(
        "--crs",
        default="",
        metavar="CODE",
        help=_("system in metres of what is written (else UTM): EPSG:32652"),
    )
    _add_truth(design)
    _add_places(design)
    for name, text in (
        ("--price-camera", _("cost of a camera, in any currency (0)")),
        ("--price-day", _("cost of a camera's day (0)")),
        ("--price-visit", _("cost of a visit to a camera (0)")),
    ):
        design.add_argument(name, type=not_negative, default=0.0, metavar="X", help=text)
    design.add_argument("--visits", type=whole, default=2, metavar="N", help=_("visits to each camera (2)"))
    design.add_argument(
        "--simulations", type=whole, metavar="N", help=_("also simulate and fit so many surveys")
    )
    design.add_argument(
        "--output",
        type=Path,
        default=Path("design"),
        metavar="FOLDER",
        help=_("folder of the results (design)"),
    )


def _add_truth(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--density", type=positive, required=True, metavar="D", help=_("animals per 100 km²")
    )
    command.add_argument("--sigma", type=positive, required=True, metavar="M", help=_("sigma in metres"))
    height = command.add_mutually_exclusive_group(required=True)
    height.add_argument("--lambda0", type=positive, metavar="X", help=_("for HHN and HEX, on one occasion"))
    height.add_argument("--g0", type=positive, metavar="X", help=_("for HN and EX, on one occasion"))
    command.add_argument(
        "--detectfn", type=str.upper, choices=FUNCTIONS, help=_("detection function (HHN, or HN with --g0)")
    )
    command.add_argument(
        "--detector", choices=["proximity", "multi", "count"], default="proximity",
        help=_("what a detector does (proximity)"),
    )  # fmt: skip
    command.add_argument("--occasions", type=whole, metavar="N", help=_("occasions, such as days"))


def _add_places(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--mask", type=Path, metavar="MASK", help=_("CSV of places where animals live: easting, northing")
    )
    command.add_argument(
        "--buffer", type=positive, metavar="M", help=_("without a mask: metres around (4 sigma)")
    )
    command.add_argument("--seed", type=whole, default=1, metavar="N", help=_("of random numbers (1)"))
    command.add_argument(
        "--workers", type=whole, default=1, metavar="N", help=_("surveys fitted side by side (1)")
    )


def run_simulations(options: argparse.Namespace) -> int:
    """Simulate surveys."""
    from amur.commands.capture.planning import Simulation, run_simulate

    job = Simulation(options.traps, _plan(options), options.count, options.write, options.json, options.csv)
    with watched(resumable=False) as (say, progress):
        return run_simulate(job, say, progress)


def run_designs(options: argparse.Namespace) -> int:
    """Judge or suggest a layout."""
    from amur.commands.capture.planning import Design, run_design
    from amur.portal.operations.problems import Problem
    from amur.science.capture.planning import Prices

    if options.area is not None and (options.cameras is None or options.occasions is None):
        raise Problem(_("Give --cameras and --occasions with --area."), 2)
    if options.area is None and (options.cameras or options.forbidden or options.crs):
        raise Problem(_("--cameras, --forbidden and --crs go with --area."), 2)
    prices = Prices(options.price_camera, options.price_day, options.price_visit, options.visits)
    job = Design(
        options.traps,
        options.area,
        options.cameras or 0,
        options.forbidden,
        options.crs,
        _plan(options),
        prices,
        options.simulations or 0,
        options.output,
    )
    with watched(resumable=False) as (say, progress):
        return run_design(job, say, progress)


def _plan(options: argparse.Namespace) -> Plan:
    from amur.commands.capture.planning import Plan
    from amur.portal.operations.problems import Problem

    by_g0 = options.g0 is not None
    function = options.detectfn or ("HN" if by_g0 else "HHN")
    if by_g0 != (function in ("HN", "EX")):
        raise Problem(_("{function} goes with {name}.").format(
            function=function, name="--g0" if function in ("HN", "EX") else "--lambda0"
        ), 2)  # fmt: skip
    if by_g0 and options.g0 >= 1:
        raise Problem(_("--g0 is a probability below 1."), 2)
    if options.mask is not None and options.buffer is not None:
        raise Problem(_("Give either --mask or --buffer."), 2)
    return Plan(
        density=options.density / 1e4,
        intercept=options.g0 if by_g0 else options.lambda0,
        sigma=options.sigma,
        function=function,
        detector=options.detector,
        occasions=options.occasions or 0,
        mask=options.mask,
        buffer=options.buffer or 4 * options.sigma,
        seed=options.seed,
        workers=options.workers,
    )
