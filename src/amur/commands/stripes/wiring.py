"""The words of `amur stripes evaluate` and `amur stripes simulate` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from amur.commands.jobs.wiring import Add, watched
from amur.portal.operations.problems import _


def add_stripes(add: Add) -> None:
    """Add the commands; `add` takes the name, the function and the line of help of one."""
    evaluate = add("evaluate", run_evaluate, _("how well known animals are told apart by their coats"))
    evaluate.add_argument(
        "folder", type=Path, metavar="FOLDER",
        help=_("a folder for each animal, or a CSV: path, animal, side, station, time"),
    )  # fmt: skip
    evaluate.add_argument("--json", type=Path, metavar="OUT", help=_("also write the results as JSON"))
    evaluate.add_argument(
        "--gap", type=_above_zero, default=60, metavar="MIN",
        help=_("minutes after which pictures of an animal are another encounter (60)"),
    )  # fmt: skip
    evaluate.add_argument(
        "--features", type=_above_zero, default=3000, metavar="N", help=_("features of a picture (3000)")
    )
    evaluate.add_argument(
        "--thorough", action="store_true", help=_("look again at turned views where nothing is found")
    )
    evaluate.add_argument(
        "--no-boxes", action="store_true", help=_("do as if boxes and masks were not there")
    )
    simulate = add("simulate", run_simulate, _("pictures of synthetic animals and their table"))
    simulate.add_argument("folder", type=Path, metavar="FOLDER", help=_("a new or empty folder"))
    simulate.add_argument("--animals", type=_above_zero, default=10, metavar="N", help=_("animals (10)"))
    simulate.add_argument(
        "--encounters", type=_above_zero, default=4, metavar="M", help=_("encounters of each (4)")
    )
    simulate.add_argument(
        "--seed", type=_above_zero, default=1, metavar="S", help=_("of the random draws (1)")
    )


def run_evaluate(options: argparse.Namespace) -> int:
    """Leave each encounter out in turn."""
    from amur.commands.stripes.evaluating import Job
    from amur.commands.stripes.evaluating import run_evaluate as run

    job = Job(
        options.folder, options.json, options.gap, options.features, options.thorough, not options.no_boxes
    )
    with watched(resumable=False) as (say, progress):
        return run(job, say, progress)


def run_simulate(options: argparse.Namespace) -> int:
    """Write a simulated survey."""
    from amur.commands.stripes.simulating import run_simulate as run

    with watched(resumable=False, compiled=False) as (say, progress):
        return run(options.folder, options.animals, options.encounters, options.seed, say, progress)


def _above_zero(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 10**9):
        raise argparse.ArgumentTypeError(_("{text} is no whole number of 1 or more").format(text=text))
    return int(text)
