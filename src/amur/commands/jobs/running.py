"""The frame of a run: files that cannot be read and solvers that fail become sentences, notes are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from amur.formats.errors import FormatError, FormatErrors
from amur.portal.operations.problems import Problem, _

Say = Callable[[str], None]


@contextmanager
def reading() -> Iterator[None]:
    """What is wrong with files becomes a `Problem`."""
    try:
        yield
    except (FormatErrors, FormatError) as error:
        raise Problem(str(error)) from error


@contextmanager
def converging() -> Iterator[None]:
    """A solver that does not converge becomes a `Problem`."""
    from amur.science.circuits.solution import NotConverged

    try:
        yield
    except NotConverged as error:
        raise Problem(_("The solver did not converge: {reason}").format(reason=error)) from error


def tell(notes: Iterable[object], say: Say) -> None:
    """Say what reading had to decide."""
    word = _("note")
    for note in notes:
        say(f"{word}: {note}")
