"""The words of `amur capture open` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from amur.commands.capture.words import FUNCTIONS, positive, several, whole
from amur.commands.jobs.wiring import Add, watched
from amur.portal.operations.problems import _


def add_open(add: Add) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    command = add(
        "open", run, _("survival, recruitment and growth from captures of several years (open population)")
    )
    _add_data(command)
    command.add_argument(
        "--kind", choices=["jolly-seber", "cjs"], default="jolly-seber",
        help=_("jolly-seber (numbers and survival) or cjs (survival alone)"),
    )  # fmt: skip
    command.add_argument(
        "--movement", choices=["static", "normal", "exponential", "independent"], default="static",
        help=_("of centres of activity between years (static)"),
    )  # fmt: skip
    command.add_argument(
        "--model", default="", metavar="FORMULAS", help=_('such as "D~1, phi~Session, f~1, lambda0~session"')
    )
    command.add_argument(
        "--detectfn", type=str.upper, choices=FUNCTIONS, default="HHN", help=_("detection function (HHN)")
    )
    command.add_argument(
        "--intervals", type=several, metavar="T", default=(),
        help=_("time between sessions, such as 1,1,2 (else from their names, else 1)"),
    )  # fmt: skip
    command.add_argument("--json", type=Path, metavar="OUT", help=_("also write the results as JSON"))
    command.add_argument("--csv", type=Path, metavar="OUT", help=_("also write the table as CSV"))
    command.add_argument(
        "--report",
        type=Path,
        metavar="OUT",
        help=_("also write one page with tables, curves and a map (HTML)"),
    )


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--traps", type=Path, nargs="+", action="extend", required=True, metavar="TRAPS",
        help=_("detectors as for capture fit; one file, or one for each year"),
    )  # fmt: skip
    command.add_argument(
        "--captures", type=Path, required=True, metavar="CAPTURES",
        help=_("detections of all years; the session is the year"),
    )  # fmt: skip
    command.add_argument("--mask", type=Path, metavar="MASK", help=_("CSV of places, the same for all years"))
    command.add_argument(
        "--buffer", type=positive, metavar="M", help=_("without a mask: metres around the detectors")
    )
    command.add_argument("--nx", type=whole, metavar="N", default=48, help=_("columns of such a mask (48)"))
    command.add_argument(
        "--cell-area", type=positive, metavar="HA", help=_("hectares of a point of the mask")
    )
    command.add_argument(
        "--detector", required=True, choices=["proximity", "multi", "count", "single"],
        help=_("what a detector does: proximity (yes or no), multi (a trap that holds), count, single"),
    )  # fmt: skip
    command.add_argument(
        "--occasions", type=_occasions, metavar="N", default=(),
        help=_("occasions where there is no effort in the files; 48, or 5,5,7 by session"),
    )  # fmt: skip


def _occasions(text: str) -> tuple[int, ...]:
    return tuple(whole(part.strip()) for part in text.split(","))


def run(options: argparse.Namespace) -> int:
    """Fit the model."""
    from amur.commands.capture.open_running import OpenJob, run_open
    from amur.formats.capture import Sources
    from amur.portal.operations.problems import Problem

    if (options.mask is not None) == (options.buffer is not None):
        raise Problem(_("Give either --mask or --buffer."), 2)
    sources = Sources(
        tuple(options.traps),
        options.captures,
        options.detector,
        (options.mask,) if options.mask else (),
        options.buffer or 0.0,
        options.nx,
        options.occasions,
        (options.cell_area,) if options.cell_area else (),
    )
    job = OpenJob(
        sources,
        options.model,
        options.detectfn,
        options.kind,
        options.movement,
        options.intervals,
        options.json,
        options.csv,
        options.report,
    )
    with watched(resumable=False) as (say, progress):
        return run_open(job, say, progress)
