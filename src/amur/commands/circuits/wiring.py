"""The words of `amur circuits` on the command line, and its progress bar."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from amur.portal.operations.problems import _
from amur.portal.operations.progress import Terminal


def add_circuits(
    add: Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser],
) -> None:
    """Add the command; `add` takes its name, its function and its line of help."""
    command = add(
        "circuits", run, _("connectivity by circuit theory: run a Circuitscape job (.ini or .toml)")
    )
    command.add_argument("job", type=Path, metavar="JOB")
    command.add_argument(
        "--output", type=Path, metavar="FOLDER", help=_("folder of the results (else as the job says)")
    )
    command.add_argument("--resume", action="store_true", help=_("go on with a run that was interrupted"))
    command.add_argument(
        "--snap", action="store_true", help=_("align rasters that do not lie on the landscape's cells")
    )
    command.add_argument(
        "--check", action="store_true", help=_("only read and check the job, and say what it costs")
    )


def run(options: argparse.Namespace) -> int:
    """Run the job."""
    from amur.commands.circuits.running import Options, run_job

    terminal = Terminal()
    watched = Remaining(terminal)
    how = Options(options.output, options.resume, options.snap, options.check)

    def say(line: str) -> None:
        terminal.finish()
        print(line, flush=True)

    try:
        return run_job(options.job, how, say, watched)
    except KeyboardInterrupt:
        terminal.finish()
        print(_("Stopped. The same command with --resume goes on from here."), file=sys.stderr)
        raise
    finally:
        terminal.finish()


class Remaining:
    """A progress that adds the time that is left, once it can be told.

    >>> clock = iter([0.0, 10.0, 20.0])
    >>> shown = Remaining(lambda done, stage: print(f"{done:.0%} {stage}"), clock=lambda: next(clock))
    >>> shown(0.25, "solving")
    25% solving, 30 s left
    """

    def __init__(
        self, progress: Callable[[float, str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._progress = progress
        self._clock = clock
        self._begun = clock()

    def __call__(self, done: float, stage: str) -> None:
        from amur.commands.circuits.preflight import time_text

        passed = self._clock() - self._begun
        if passed > 3 and 0.02 < done < 1:
            left = time_text(passed * (1 - done) / done)
            stage = _("{stage}, {time} left").format(stage=stage, time=left)
        self._progress(done, stage)
