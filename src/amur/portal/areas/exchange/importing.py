"""The two runs of an import: the preview says what would change, the import does just that or nothing.

Registered in `apps`; started by the pages and by `amur areas import`. Both may be cut off at any moment.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amur.formats.errors import FormatError
from amur.formats.wdpca import AreaReport, Limits, check
from amur.portal.areas.exchange import applying, store
from amur.portal.areas.exchange.planning import Plan, plan_for
from amur.portal.audit.actions import batch
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run, RunState

PREVIEW: Final = "areas-import-preview"
IMPORT: Final = "areas-import"
LIMITS: Final = Limits(file_bytes=store.LIMIT_BYTES, text_bytes=store.LIMIT_BYTES, rows=5_000)
LISTED_ROWS: Final = 200

STAGES: Final = {
    "read": _("Reading and checking the file"),
    "compare": _("Comparing with the register"),
    "write": _("Writing"),
    "release": _("Releasing and computing totals"),
}
CHECKING: Final = 0.6


def may_import(person: Person, office: Office | int) -> bool:
    """Whether the person may add and change areas of the office."""
    return all(may(person, verb, Subject.REGISTER, office) for verb in (Verb.ADD, Verb.CHANGE))


def _checked_preview(given: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("datum") != "wgs84":
        raise ValueError("datum: only coordinates in WGS 84 are taken")
    for name in ("name", "sha256"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise ValueError(f"{name}: a text is needed")
    if bool(given.get("file")) == bool(given.get("path")):
        raise ValueError("file: give a file of the store, or a path")
    if given.get("file"):
        store.path_of(given["file"])
    known = ("file", "path", "name", "sha256", "datum", "encoding", "layer")
    return {name: str(given[name]) for name in known if given.get(name)}


def _checked_import(given: Mapping[str, Any]) -> dict[str, Any]:
    preview = Run.objects.filter(uuid=str(given.get("preview")), kind=PREVIEW, state=RunState.DONE).first()
    if preview is None or not (preview.result or {}).get("is_accepted"):
        raise ValueError("preview: a finished preview without errors is needed")
    return {"preview": str(preview.uuid)}


def _preview(task: Task) -> Outcome:
    report = _report(task, task.run)
    plan = plan_for(report, _office(task.run), _name(task.run), _steps(task, CHECKING, 1.0, "compare"))
    changing = [row.as_json() for row in plan.rows if row.action in ("new", "changed")]
    result = {
        "name": _name(task.run),
        "counts": dict(plan.counts),
        "rows": changing[:LISTED_ROWS],
        "rows_hidden": max(len(changing) - LISTED_ROWS, 0),
        "error_count": plan.error_count,
        "warning_count": plan.warning_count,
        "is_accepted": plan.error_count == 0,
        "fingerprint": plan.fingerprint,
    }
    return Outcome(result, _listed(plan, task.run))


def _import(task: Task) -> Outcome:
    preview = Run.objects.select_related("office", "owner").get(uuid=task.run.parameters["preview"])
    office = _office(preview)
    if task.run.owner is not None and not may_import(task.run.owner, office):
        raise Refused([{"code": "no-right", "severity": "error"}])
    report = _report(task, preview)
    with batch():
        plan = plan_for(report, office, _name(preview), _steps(task, CHECKING, 0.7, "compare"))
        if plan.error_count:
            raise Refused(_listed(plan, preview))
        changes = plan.counts["new"] + plan.counts["changed"]
        # A second attempt, after the first was lost when it had done its work, finds nothing to do.
        if changes and plan.fingerprint != (preview.result or {}).get("fingerprint"):
            raise Refused([{"code": "register-changed", "severity": "error"}])
        steps = _steps(task, 0.7, 0.95, "write")
        applying.apply(plan, office, _name(preview), steps, task.require_own)
    if file := preview.parameters.get("file"):
        store.discard(file)
    return Outcome({"name": _name(preview), "counts": dict(plan.counts)})


def _report(task: Task, preview: Run) -> AreaReport:
    given = preview.parameters
    path = store.path_of(given["file"]) if "file" in given else Path(given["path"])
    # A missing file of a command is left to the reader, whose message names it.
    if store.hash_of(path) != given["sha256"] and (path.exists() or "file" in given):
        raise Refused([{"code": "file-changed", "severity": "error"}])
    return check(
        path,
        this_year=timezone.now().year,
        layer=given.get("layer"),
        encoding=given.get("encoding"),
        limits=LIMITS,
        progress=lambda share, _sentence: task.progress(share * CHECKING, "read"),
    )


def _steps(task: Task, start: float, end: float, stage: str) -> Callable[[int, int], None]:
    return lambda done, total: task.progress(start + (end - start) * done / max(total, 1), stage)


def _listed(plan: Plan, run: Run) -> list[dict[str, Any]]:
    """The problems for the page, under the name that the user gave the file."""
    listed = [_named(one, run) for one in plan.problems]
    hidden = plan.error_count + plan.warning_count - len(listed)
    if hidden > 0:
        listed.append({"code": "problems-more", "severity": "warning", "params": {"count": hidden}})
    return listed


def _named(problem: FormatError, run: Run) -> dict[str, Any]:
    kept, name = run.parameters.get("file"), _name(run)
    found = problem.as_dict()
    if kept:
        found["file"] = str(found["file"]).replace(kept, name)
        found["params"] = {
            key: value.replace(kept, name) if isinstance(value, str) else value
            for key, value in problem.as_dict()["params"].items()  # type: ignore[attr-defined]  # a dict of values
        }
    return found


def _name(run: Run) -> str:
    return str(run.parameters["name"])


def _office(run: Run) -> Office:
    if run.office is None:
        raise ValueError(f"run {run.uuid} has no office")
    return run.office


KINDS: Final = (
    Kind(
        PREVIEW,
        _("Checking a file of areas"),
        Subject.REGISTER,
        _preview,
        _checked_preview,
        address=lambda run: reverse("areas-import-preview", kwargs={"uuid": run.uuid}),
        stages=STAGES,
    ),
    Kind(
        IMPORT,
        _("Importing areas"),
        Subject.REGISTER,
        _import,
        _checked_import,
        address=lambda run: reverse("areas-import-result", kwargs={"uuid": run.uuid}),
        stages=STAGES,
    ),
)
