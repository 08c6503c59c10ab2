"""What `amur newsletter …` does: bounces, files, import of an older list. Called by `amur.cli`."""

from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError

from amur.formats.bounces import read
from amur.portal.languages.codes import as_language
from amur.portal.newsletter import actions, lists
from amur.portal.offices.models import Office
from amur.portal.runs.execution import Progress, work_on
from amur.portal.runs.models import RunState


@dataclass(frozen=True, slots=True)
class Noted:
    """How many letters came back for good, for now, and how many reports were not about ours."""

    hard: int
    soft: int
    unknown: int


def take_bounces(data: bytes) -> Noted:
    """Read reports of undeliverable mail and note them. The same report twice counts once."""
    hard = soft = unknown = 0
    for bounce in read(data):
        if not lists.note_bounce(bounce.token, hard=bounce.hard):
            unknown += 1
        elif bounce.hard:
            hard += 1
        else:
            soft += 1
    return Noted(hard, soft, unknown)


def make_files(progress: Progress | None = None) -> tuple[int, int]:
    """Make the files of all issues that lack them, in this process: how many issues, how many failed."""
    runs = [work_on(run.uuid, progress) for run in actions.make_stale_files(in_background=False)]
    return len(runs), sum(run.state != RunState.DONE for run in runs)


def take_list(file: Path, language: str) -> tuple[int, int]:
    """Take in an older list, one address a line: how many are asked to confirm, how many were known.

    Raises ValueError naming each line that is no address, LookupError without an office for the language.
    """
    lines = [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    code = as_language(language)
    try:
        counted = lists.take_in(lines, code)
    except ValidationError as error:
        raise ValueError("\n".join(error.messages)) from error
    if counted["added"]:
        actions.send_letters(Office.objects.get(pk=lists.offices()[code]))
    return counted["added"], counted["known"]
