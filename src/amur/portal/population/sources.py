"""Where a survey comes from: something that reads it, files (`uploads`) or camera records (`camera_source`).

Whatever else knows detectors, captures and a mask can be one: `actions.take_survey` asks for nothing more.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from amur.science.capture import Survey


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A survey as a source gives it.

    `buffer` in metres where the mask was laid around the detectors, None where it was drawn. `files` are the
    names by which people know what it was read from, `notes` what they should look at: `code`, `params`,
    `file`, `row`, `column`, as `wordings.sentence` takes them.
    """

    survey: Survey
    buffer: float | None = None
    files: tuple[str, ...] = ()
    notes: tuple[dict[str, Any], ...] = ()


class Source(Protocol):
    """Something that a survey is read from."""

    def read(self) -> Given:
        """The survey. Raises `Wrong` naming everything that is wrong."""
        ...


class Wrong(ValueError):
    """A survey that cannot be taken: its problems as sentences in the active language, by field."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(one for each in problems.values() for one in each))
