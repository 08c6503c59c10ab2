"""Long work shown in a terminal: one line that renews itself, or plain lines in a log."""

import sys
from collections.abc import Callable
from typing import Final, TextIO

Progress = Callable[[float, str], None]


def nothing(done: float, stage: str) -> None:
    """Progress that nobody watches."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """A progress for one part of longer work.

    >>> part(lambda done, stage: print(f"{done:.0%} {stage}"), 0.5, 1.0)(0.5, "pages")
    75% pages
    """
    return lambda done, stage: progress(start + (end - start) * done, stage)


class Terminal:
    """Prints per cent and stage; in a log file only each new stage."""

    WIDTH: Final = 72

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._live = self._out.isatty()
        self._last = ""

    def __call__(self, done: float, stage: str) -> None:
        line = f"{min(max(done, 0.0), 1.0):4.0%}  {stage}"
        if self._live:
            print(f"\r{line[: self.WIDTH]:<{self.WIDTH}}", end="", file=self._out, flush=True)
        elif stage != self._last:
            print(line, file=self._out, flush=True)
        self._last = stage

    def finish(self) -> None:
        """End the renewing line."""
        if self._live and self._last:
            print(file=self._out, flush=True)
        self._last = ""
