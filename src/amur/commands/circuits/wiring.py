"""The words of `amur circuits` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from amur.commands.jobs.wiring import Add, add_check, add_resume, watched
from amur.portal.operations.problems import _


def add_circuits(add: Add) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    command = add(
        "circuits", run, _("connectivity by circuit theory: run a Circuitscape job (.ini or .toml)")
    )
    command.add_argument("job", type=Path, metavar="JOB")
    command.add_argument(
        "--output", type=Path, metavar="FOLDER", help=_("folder of the results (else as the job says)")
    )
    add_resume(command)
    command.add_argument(
        "--snap", action="store_true", help=_("align rasters that do not lie on the landscape's cells")
    )
    add_check(command)


def run(options: argparse.Namespace) -> int:
    """Run the job."""
    from amur.commands.circuits.running import Options, run_job

    how = Options(options.output, options.resume, options.snap, options.check)
    with watched() as (say, progress):
        return run_job(options.job, how, say, progress)
