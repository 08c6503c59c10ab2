"""The words of `amur capture fit` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from amur.commands.capture.words import FUNCTIONS, positive, several, whole, wholes
from amur.commands.jobs.wiring import Add, watched
from amur.portal.operations.problems import _

FEWEST = 40
"""Fewer simulated surveys cannot make a chance below 5 %."""


def add_fit(add: Add) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    command = add("fit", run, _("fit a model of spatial capture-recapture to secr's trap and capture files"))
    _add_data(command)
    _add_model(command)
    command.add_argument(
        "--thorough", action="store_true",
        help=_("check with further fits: finer mask, other starts, learned response, animals seen twice"),
    )  # fmt: skip
    command.add_argument(
        "--goodness", type=_surveys, metavar="N", default=0,
        help=_("goodness of fit by so many simulated surveys; 200, say"),
    )  # fmt: skip
    command.add_argument("--json", type=Path, metavar="OUT", help=_("also write the results as JSON"))
    command.add_argument("--csv", type=Path, metavar="OUT", help=_("also write the table as CSV"))
    command.add_argument(
        "--centres", type=Path, metavar="OUT",
        help=_("also write the centres of activity of the individuals as CSV: places of animals"),
    )  # fmt: skip
    command.add_argument(
        "--report",
        type=Path,
        metavar="OUT",
        help=_("also write one page with tables, curves and a map (HTML)"),
    )


def add_compare(add: Add) -> None:
    """Add the command that compares fits."""
    command = add("compare", run_comparison, _("compare fitted models by Akaike's criterion"))
    command.add_argument(
        "fits", type=Path, nargs="+", metavar="FIT", help=_("results of “amur capture fit --json”")
    )
    command.add_argument(
        "--criterion", choices=["aicc", "aic"], default="aicc", help=_("for small samples aicc (aicc)")
    )
    command.add_argument("--json", type=Path, metavar="OUT", help=_("also write the results as JSON"))
    command.add_argument("--csv", type=Path, metavar="OUT", help=_("also write the table as CSV"))


def run_comparison(options: argparse.Namespace) -> int:
    """Compare fits."""
    from amur.commands.capture.comparing import run_compare

    return run_compare(
        options.fits, lambda line: print(line, flush=True), options.criterion, options.json, options.csv
    )


def _add_data(command: argparse.ArgumentParser) -> None:
    each = _("one file, or one for each session")
    command.add_argument(
        "--traps", type=Path, nargs="+", action="extend", required=True, metavar="TRAPS",
        help=_("detectors: id, easting, northing, effort / covariates; {several}").format(several=each),
    )  # fmt: skip
    command.add_argument(
        "--captures", type=Path, required=True, metavar="CAPTURES",
        help=_("detections: session, individual, occasion, detector, covariates"),
    )  # fmt: skip
    command.add_argument(
        "--mask", type=Path, nargs="+", action="extend", default=[], metavar="MASK",
        help=_("CSV of places: easting, northing, covariates; {several}").format(several=each),
    )  # fmt: skip
    command.add_argument(
        "--buffer", type=positive, metavar="M", help=_("without a mask: metres around the detectors")
    )
    command.add_argument("--nx", type=whole, metavar="N", default=64, help=_("columns of such a mask (64)"))
    command.add_argument(
        "--habitat", type=Path, metavar="LAYER",
        help=_("keep of such a mask what lies in polygons, or on cells of a raster that are not 0"),
    )  # fmt: skip
    command.add_argument(
        "--crs", default="", metavar="CODE",
        help=_("coordinate system of the detectors, where that of the habitat is another: EPSG:32652"),
    )  # fmt: skip
    command.add_argument(
        "--cell-area", type=several, metavar="HA", default=(),
        help=_("hectares of a point of the mask (else of the grid that it is); 33.6 or 33.6,25"),
    )  # fmt: skip
    command.add_argument(
        "--detector", required=True, choices=["proximity", "multi", "count", "single", "polygon", "polygonX"],
        help=_("proximity (yes or no), multi (a trap that holds), count, single, polygon (searched area)"),
    )  # fmt: skip
    command.add_argument(
        "--resistance", type=Path, metavar="RASTER",
        help=_("distances along cheapest paths over this raster (1: as easy as it gets), not straight lines"),
    )  # fmt: skip
    command.add_argument(
        "--only", type=_rule, action="append", metavar="NAME=VALUE", default=[],
        help=_("count only individuals with this value of a covariate: age=adult or age=adult,subadult"),
    )  # fmt: skip
    command.add_argument(
        "--occasions", type=wholes, metavar="N", default=(),
        help=_("occasions where there is no effort in the files; 48, or 5,5,7 by session"),
    )  # fmt: skip


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--detectfn", type=str.upper, choices=FUNCTIONS, default="HHN", help=_("detection function (HHN)")
    )
    command.add_argument(
        "--model", default="", metavar="FORMULAS", help=_('such as "D~1, lambda0~session, sigma~sex"')
    )
    command.add_argument(
        "--conditional", action="store_true", help=_("conditional likelihood: covariates of individuals")
    )
    command.add_argument(
        "--distribution", choices=["poisson", "binomial"], default="poisson",
        help=_("of the number of animals (poisson)"),
    )  # fmt: skip
    command.add_argument(
        "--mixture-covariate", default="", metavar="NAME",
        help=_("covariate of two classes that may be unknown, such as sex"),
    )  # fmt: skip
    command.add_argument(
        "--at-least-two", action="store_true",
        help=_("count only animals detected twice or more, against wrong identifications (SCR-2)"),
    )  # fmt: skip
    command.add_argument(
        "--binomial", type=whole, metavar="N", default=0,
        help=_("counts are of N trials on each occasion, not Poisson; 1: as many trials as there is effort"),
    )  # fmt: skip
    command.add_argument(
        "--keep-occasions", action="store_true",
        help=_("keep single occasions, to compare with models that vary in time"),
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Fit the model."""
    from amur.commands.capture.fitting import Job, run_fit
    from amur.formats.capture import Sources
    from amur.portal.operations.problems import Problem

    if bool(options.mask) == (options.buffer is not None):
        raise Problem(_("Give either --mask or --buffer."), 2)
    if options.habitat and options.mask:
        raise Problem(_("--habitat goes with --buffer; a mask is used as it is."), 2)
    if options.crs and not options.habitat:
        raise Problem(_("--crs goes with --habitat."), 2)
    if options.binomial and options.detector != "count":
        raise Problem(_("--binomial is for --detector count."), 2)
    sources = Sources(
        tuple(options.traps),
        options.captures,
        options.detector,
        tuple(options.mask),
        options.buffer or 0.0,
        options.nx,
        options.occasions,
        options.cell_area,
        options.habitat,
        options.crs,
    )
    job = Job(
        sources,
        model=options.model,
        function=options.detectfn,
        conditional=options.conditional,
        distribution=options.distribution,
        mixture_covariate=options.mixture_covariate,
        keep_occasions=options.keep_occasions,
        output=options.json,
        table=options.csv,
        report=options.report,
        thorough=options.thorough,
        at_least_two=options.at_least_two,
        trials=options.binomial,
        only=tuple(options.only),
        resistance=options.resistance,
        centres=options.centres,
        goodness=options.goodness,
    )
    with watched(resumable=False) as (say, progress):
        return run_fit(job, say, progress)


def _surveys(text: str) -> int:
    count = whole(text)
    if count < FEWEST:
        raise argparse.ArgumentTypeError(
            _("{count} simulated surveys tell too little; {least} are the least").format(
                count=count, least=FEWEST
            )
        )
    return count


def _rule(text: str) -> tuple[str, tuple[str, ...]]:
    name, sign, values = text.partition("=")
    if not (name and sign and values):
        raise argparse.ArgumentTypeError(_("{text} is no NAME=VALUE").format(text=text))
    return name, tuple(values.split(","))
