"""What the connectivity commands share on the command line: options, and progress that tells the time."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from amur.portal.operations.problems import _
from amur.portal.operations.progress import Progress, Terminal

Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def add_resume(command: argparse.ArgumentParser) -> None:
    """The option that goes on with an interrupted run."""
    command.add_argument("--resume", action="store_true", help=_("go on with a run that was interrupted"))


def add_check(command: argparse.ArgumentParser) -> None:
    """The option that only looks."""
    command.add_argument(
        "--check", action="store_true", help=_("only read and check the job, and say what it costs")
    )


@contextmanager
def watched(
    *, resumable: bool = True, compiled: bool = True
) -> Iterator[tuple[Callable[[str], None], Progress]]:
    """How a run speaks: lines, and progress with the time that is left. Ctrl-C says how to go on.

    A run that has nothing `compiled` does not wait for numba to load.
    """
    terminal = Terminal()

    def say(line: str) -> None:
        terminal.finish()
        print(line, flush=True)

    progress = Remaining(terminal)
    try:
        with telling_of_compilation(progress) if compiled else nullcontext():
            yield say, progress
    except KeyboardInterrupt:
        terminal.finish()
        if resumable:
            print(_("Stopped. The same command with --resume goes on from here."), file=sys.stderr)
        raise
    finally:
        terminal.finish()


class Remaining:
    """A progress that adds the time that is left, told from what was done since the first call.

    >>> clock = iter([0.0, 2.0, 4.0, 10.0])
    >>> shown = Remaining(lambda done, stage: print(f"{done:.0%} {stage}"), clock=lambda: next(clock))
    >>> shown(0.25, "solving")
    25% solving
    >>> with shown.pause("compiling"):
    ...     pass
    25% compiling
    >>> shown(0.5, "solving")
    50% solving, 16 s left
    """

    def __init__(
        self, progress: Callable[[float, str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._progress = progress
        self._clock = clock
        self._begun: tuple[float, float] | None = None
        self._done = 0.0

    def __call__(self, done: float, stage: str) -> None:
        from amur.commands.jobs.measures import time_text

        self._done = done
        now = self._clock()
        if self._begun is None:
            self._begun = now, done
        begun, first = self._begun
        if now - begun > 3 and first + 0.02 < done < 1:
            left = time_text((now - begun) * (1 - done) / (done - first))
            stage = _("{stage}, {time} left").format(stage=stage, time=left)
        self._progress(done, stage)

    @contextmanager
    def pause(self, stage: str) -> Iterator[None]:
        """Show a stage whose time does not count."""
        before = self._clock()
        self._progress(self._done, stage)
        yield
        if self._begun is not None:
            self._begun = self._begun[0] + self._clock() - before, self._begun[1]


@contextmanager
def telling_of_compilation(progress: Remaining) -> Iterator[None]:
    """Say so while numba compiles, which takes many seconds the first time and is kept for later runs."""
    from numba.core import event

    class Listener(event.Listener):  # type: ignore[misc]
        """Holds the pause from the first kernel that is compiled to the end of the last inside it."""

        depth = 0
        held: AbstractContextManager[None]

        def on_start(self, event: object) -> None:
            self.depth += 1
            if self.depth == 1:
                self.held = progress.pause(_("compiling the solver for this machine, once"))
                self.held.__enter__()

        def on_end(self, event: object) -> None:
            self.depth -= 1
            if self.depth == 0:
                self.held.__exit__(None, None, None)

    with event.install_listener("numba:compile", Listener()):
        yield
