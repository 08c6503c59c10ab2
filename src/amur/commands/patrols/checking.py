"""Checks files of SMART and tells every problem in its place."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from amur.commands.jobs.running import Say, reading
from amur.formats.errors import FormatError, FormatErrors
from amur.formats.files import UnsafeArchive, replacing, unpack
from amur.formats.smart import ModelCheck, examine, read_data_model
from amur.formats.smart.documents import AnyDocument, Progress
from amur.formats.smart.incident import Incident
from amur.formats.smart.messages import WORDINGS
from amur.formats.smart.mobile import read_messages
from amur.formats.smart.patrol import Observation, Patrol
from amur.portal.operations.problems import Problem, _


def run_check(
    files: Sequence[Path], model: Path | None, output: Path | None, say: Say, progress: Progress
) -> int:
    """Check files and say what was found; 0 without errors, 1 with. Raises `Problem`."""
    if output is not None and not output.absolute().parent.is_dir():
        raise Problem(_("There is no folder {folder}.").format(folder=output.absolute().parent))
    with reading():
        check = None if model is None else ModelCheck(read_data_model(model).content)
    found: list[FormatError] = []
    errors = notes = 0
    with ExitStack() as folders:
        for path in _members(files, folders):
            problems, words = _examine(path, check, progress)
            found += problems.problems
            errors += problems.error_count
            notes += problems.warning_count
            for problem in problems.problems:
                say(str(problem) if problem.severity == "error" else f"{_('note')}: {problem}")
            if words:
                say(f"{path.name}: {words}")
    if errors + notes > len(found):
        say(_("… and {count} more.").format(count=errors + notes - len(found)))
    say(_("errors: {errors}, notes: {notes}").format(errors=errors, notes=notes))
    if output is not None:
        content = {"errors": errors, "notes": notes, "problems": [each.as_dict() for each in found]}
        with replacing(output) as temporary:
            temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if errors else 0


def _members(files: Sequence[Path], folders: ExitStack) -> Iterator[Path]:
    """The files, and the documents inside ZIP archives as SMART exports them."""
    for path in files:
        if path.suffix.lower() != ".zip":
            yield path
            continue
        folder = Path(folders.enter_context(tempfile.TemporaryDirectory()))
        try:
            members = unpack(path, folder, wanted=lambda name: name.lower().endswith((".xml", ".json")))
        except UnsafeArchive as unsafe:
            text = _("The archive {file} is not opened: {reason}.")
            raise Problem(text.format(file=path.name, reason=unsafe)) from unsafe
        except FileNotFoundError as missing:
            raise Problem(_("There is no file {file}.").format(file=path)) from missing
        yield from members


def _examine(path: Path, check: ModelCheck | None, progress: Progress) -> tuple[FormatErrors, str]:
    """What was found in a file, and what the file is."""
    if path.suffix.lower() == ".json":
        try:
            count = len(read_messages(path))
        except FormatErrors as errors:
            return errors, ""
        return FormatErrors([], 0), _("messages of SMART Mobile: {count}").format(count=count)
    read = examine(path, progress=progress)
    if read.document is None:
        return read.found, ""
    found = read.found
    if check is not None:
        found = _with_model(found, path, check, read.document)
    return found, read.document.words


def _with_model(found: FormatErrors, path: Path, check: ModelCheck, document: AnyDocument) -> FormatErrors:
    """The problems with those that a data model shows; each is told once, with how often it stands."""
    counts = Counter(
        (fault.code, fault.column, tuple(sorted(fault.params.items(), key=str)), fault.severity)
        for fault in check.faults(_observations(document))
    )
    more = [
        FormatError(code, WORDINGS[code], dict(params), file=path.name, column=column, severity=severity)
        for code, column, params, severity in counts
    ]
    errors = sum(problem.severity == "error" for problem in more)
    return FormatErrors(
        [*found.problems, *more], found.error_count + errors, found.warning_count + len(more) - errors
    )


def _observations(document: AnyDocument) -> Iterator[Observation]:
    content = document.content
    if isinstance(content, Incident):
        yield from content.observations
    elif isinstance(content, Patrol):
        for _leg, day in content.leg_days:
            for waypoint in day.waypoints:
                yield from waypoint.observations
