"""`amur areas import` and `amur areas check`: the runs of the pages, reported to a terminal."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from amur.portal.areas.exchange import importing, store, wordings
from amur.portal.audit.actor import acting
from amur.portal.offices.models import Office
from amur.portal.operations.problems import Problem, language_of
from amur.portal.operations.progress import Progress
from amur.portal.runs.actions import start
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run, RunState

LANGUAGES = {"ru": "ru", "mn": "mn", "zh_Hans": "zh-hans"}


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it, as lines for a terminal in the language of the person there."""

    lines: tuple[str, ...]
    is_accepted: bool

    def __str__(self) -> str:
        return "\n".join(self.lines)


def import_file(path: Path, office_key: str, *, preview: bool, progress: Progress) -> Report:
    """Check a file and, unless it is only a preview, import it when it has no error."""
    with translation.override(LANGUAGES.get(language_of(dict(os.environ)), "en")), acting("command:areas"):
        office = _office(office_key)
        shown = _translated(progress)
        found = _run(importing.PREVIEW, _parameters(path), office, shown)
        lines = list(_preview_lines(found))
        accepted = bool((found.result or {}).get("is_accepted"))
        if preview or not accepted:
            return Report(tuple(lines), accepted)
        done = _run(importing.IMPORT, {"preview": found.uuid}, office, shown)
        lines += _problem_lines(done)
        if done.state == RunState.DONE:
            lines.append(_("Imported."))
        return Report(tuple(lines), done.state == RunState.DONE)


def _run(kind: str, parameters: Mapping[str, Any], office: Office, progress: Progress) -> Run:
    run = start(kind, parameters, None, office, in_background=False)
    return work_on(run.uuid, progress)


def _parameters(path: Path) -> dict[str, Any]:
    whole = path.resolve()
    # A file that is not there has no hash; the reader says so in its own words.
    return {"path": str(whole), "name": path.name, "sha256": store.hash_of(whole) or "none", "datum": "wgs84"}


def _office(key: str) -> Office:
    office = Office.objects.filter(key=key).first()
    if office is None:
        known = ", ".join(Office.objects.values_list("key", flat=True)) or _("none yet")
        raise Problem(_("There is no office {key}. Offices: {known}").format(key=key, known=known))
    return office


def _translated(progress: Progress) -> Progress:
    return lambda share, stage: progress(share, str(importing.STAGES.get(stage, stage)))


def _preview_lines(run: Run) -> Iterator[str]:
    yield from _problem_lines(run)
    result = run.result
    if result is None:
        return
    for row in result["rows"]:
        yield f"{row['number']}. {row['key']} ({row['name']})"
        for name, old, new in row["changes"]:
            yield f"     {name}: {'–' if old in (None, '') else old} → {new}"
    yield counts_in_words(result["counts"])
    if not result["is_accepted"]:
        yield _("Errors: {count}. Nothing is imported.").format(count=result["error_count"])


def counts_in_words(counts: Mapping[str, int]) -> str:
    """The numbers of an import in one sentence."""
    return _("{new} new, {changed} changed, {unchanged} unchanged.").format(
        new=counts["new"], changed=counts["changed"], unchanged=counts["unchanged"]
    )


def _problem_lines(run: Run) -> Iterator[str]:
    words = {"error": _("Error"), "warning": _("Warning")}
    for problem in run.problems:
        text, expected = wordings.sentences(problem)
        place = wordings.place(problem)
        label = words.get(problem.get("severity", "error"), "")
        yield f"{label}: {place}: {text} {expected}" if place else f"{label}: {text} {expected}"
