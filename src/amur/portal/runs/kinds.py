"""Which kinds of runs there are. A subject registers its kinds when its app is ready.

>>> from amur.portal.offices.policies import Subject
>>> one = Kind("example", "An example", Subject.REGISTER, lambda task: Outcome({"sum": 2}), lambda given: {})
>>> one.restartable
True
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from amur.portal.offices.policies import Subject
from amur.portal.runs.models import Run

if TYPE_CHECKING:
    from amur.portal.runs.execution import Task


@dataclass(frozen=True, slots=True)
class Outcome:
    """What work gives back: a JSON result, and problems that a person should read."""

    result: Mapping[str, Any]
    problems: Sequence[Mapping[str, Any]] = ()


class Refused(Exception):
    """Raised by work that cannot be done as asked; the run fails with these problems."""

    def __init__(self, problems: Sequence[Mapping[str, Any]]) -> None:
        self.problems = list(problems)
        super().__init__(f"{len(self.problems)} problems")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work.

    `checked` turns given parameters into those that are stored, and raises ValueError naming the parameter
    that is wrong. `address` leads from a finished run to its page. `restartable` work is started once more
    when its process is lost: only for work that does all or nothing.
    """

    name: str
    label: str | Promise
    subject: Subject
    work: "Callable[[Task], Outcome]"
    checked: Callable[[Mapping[str, Any]], dict[str, Any]]
    address: Callable[[Run], str] | None = None
    restartable: bool = True
    stages: Mapping[str, str | Promise] = field(default_factory=dict)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known. Raises ValueError when its name is taken by another one."""
    if _kinds.get(kind.name, kind) is not kind:
        raise ValueError(f"the kind of run {kind.name!r} is registered twice")
    _kinds[kind.name] = kind


def kind_named(name: str) -> Kind:
    """The kind of that name. Raises ValueError when there is none."""
    if name not in _kinds:
        raise ValueError(f"there is no kind of run {name!r}; known: {', '.join(sorted(_kinds))}")
    return _kinds[name]


def known_kind(name: str) -> Kind | None:
    """The kind of that name, None for runs that are done without the executor."""
    return _kinds.get(name)
