"""The words of `amur corridors` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from amur.commands.jobs.wiring import Add, add_resume, watched
from amur.portal.operations.problems import _


def add_corridors(add: Add) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    command = add("corridors", run, _("least-cost corridors between cores on a resistance raster"))
    command.add_argument(
        "resistance", type=Path, metavar="RESISTANCE", help=_("raster: what a metre of way costs")
    )
    command.add_argument(
        "cores", type=Path, metavar="CORES", help=_("raster of the cores' numbers, or a layer of areas")
    )
    command.add_argument(
        "--output",
        type=Path,
        default=Path("corridors"),
        metavar="FOLDER",
        help=_("folder of the results (corridors)"),
    )
    command.add_argument(
        "--width", type=_positive, metavar="COST", help=_("cut corridors this much above the cheapest path")
    )
    command.add_argument(
        "--neighbours", type=int, choices=[4, 8], default=8, help=_("neighbours of a cell (8)")
    )
    command.add_argument(
        "--pinch-points", action="store_true", help=_("also the current inside each corridor; needs --width")
    )
    command.add_argument(
        "--barriers",
        type=_cells,
        metavar="CELLS",
        help=_("also where restoring a circle of this radius helps most"),
    )
    command.add_argument(
        "--restored",
        type=_positive,
        default=1.0,
        metavar="R",
        help=_("resistance of a restored place (1)"),
    )
    add_resume(command)
    command.add_argument("--snap", action="store_true", help=_("align the cores to the resistance's cells"))
    command.add_argument("--check", action="store_true", help=_("only read and check the files"))


def run(options: argparse.Namespace) -> int:
    """Map the corridors."""
    from amur.commands.corridors.running import Options, run_corridors

    how = Options(
        options.resistance,
        options.cores,
        options.output,
        options.width,
        options.neighbours,
        options.pinch_points,
        options.barriers,
        options.restored,
        options.snap,
        options.check,
        options.resume,
    )
    with watched() as (say, progress):
        return run_corridors(how, say, progress)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(_("{text} is no number above 0").format(text=text))
    return value


def _cells(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1000):
        raise argparse.ArgumentTypeError(_("{text} is no number of cells from 1 to 1000").format(text=text))
    return int(text)
