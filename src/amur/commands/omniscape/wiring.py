"""The words of `amur omniscape` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from amur.commands.jobs.wiring import Add, add_check, add_resume, watched
from amur.portal.operations.problems import _


def add_omniscape(add: Add) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    command = add("omniscape", run, _("connectivity in all directions: run an Omniscape job (.ini or .toml)"))
    command.add_argument("job", type=Path, metavar="JOB")
    command.add_argument(
        "--output", type=Path, metavar="FOLDER", help=_("folder of the results (else as the job says)")
    )
    add_resume(command)
    command.add_argument(
        "--snap", action="store_true", help=_("align rasters that do not lie on the landscape's cells")
    )
    add_check(command)
    command.add_argument(
        "--as-peer", action="store_true", help=_("compute as Omniscape does, with its defects, to compare")
    )
    where = command.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_count, metavar="N", help=_("processor cores to use (else all)"))
    where.add_argument("--cluster", metavar="ADDRESS", help=_("compute on the Dask cluster at this address"))


def run(options: argparse.Namespace) -> int:
    """Run the job."""
    from amur.commands.omniscape.running import Options, run_job

    how = Options(
        options.output,
        options.resume,
        options.snap,
        options.check,
        options.as_peer,
        options.workers,
        options.cluster,
    )
    with watched() as (say, progress):
        return run_job(options.job, how, say, progress)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1024):
        raise argparse.ArgumentTypeError(
            _("{text} is no number from 1 to {most}").format(text=text, most=1024)
        )
    return int(text)
