"""The run "cameras.package": what came up is read, checked, compared and stored; all or nothing.

A package that would change or end something in a project is stored only when somebody has seen that and
confirmed it (`confirmed`); until then the run ends with a preview. A run whose process was lost starts anew.
"""

from collections.abc import Mapping
from typing import Any, Final, get_args

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amur.formats.errors import FormatErrors
from amur.portal.cameras import comparing, detections, package_files, packages, taking
from amur.portal.cameras.models import Act, CameraProject
from amur.portal.cameras.packages import DETECTORS, Format, Given
from amur.portal.cameras.taking import NewProject, Taken
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.runs import uploads
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused

NAME: Final = "cameras.package"
LISTED: Final = 500
"""How many problems a run keeps for its page."""
STAGES: Final = {
    "read": _("Reading the files"),
    "deployments": _("Checking deployments"),
    "media": _("Checking media"),
    "observations": _("Checking observations"),
    "keys": _("Checking references"),
    "done": _("Comparing"),
    "compare": _("Comparing"),
    "store": _("Storing deployments and sequences"),
    "store media": _("Storing media"),
    "store observations": _("Storing observations"),
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises ValueError naming the parameter that is wrong."""
    if given.get("format") not in get_args(Format):
        raise ValueError(f"format: it is one of {', '.join(get_args(Format))}")
    try:
        package_files.UPLOADS.arrived(str(given.get("token")))
    except uploads.Gone as gone:
        raise ValueError("token: nothing has come up under it") from gone
    project = given.get("project")
    if project and not CameraProject.objects.filter(uuid=str(project)).exists():
        raise ValueError("project: it is not known")
    if not project and given["format"] in DETECTORS:
        raise ValueError("project: results of a detector belong to one that is there")
    if not project and not given.get("key"):
        raise ValueError("key: a new project needs one")
    return {
        "token": str(given["token"]),
        "format": str(given["format"]),
        "project": str(project) if project else None,
        "key": str(given.get("key") or ""),
        "names": MultilingualText.from_json(given.get("names")).to_json(),
        "time_zone": str(given.get("time_zone") or ""),
        "confirmed": bool(given.get("confirmed")),
    }


def _work(task: Task) -> Outcome:
    run, given = task.run, task.run.parameters
    office = run.office
    if office is None:
        raise ValueError(f"run {run.uuid} has no office")
    if run.owner is not None and not may(run.owner, Verb.ADD, Subject.CAMERAS, office):
        raise Refused([{"code": "no-right", "severity": "error"}])
    done = Act.objects.filter(project__office=office, about__run=str(run.uuid)).first()
    if done is not None:  # the process was lost between storing and saying so
        package_files.UPLOADS.forget(given["token"])
        return Outcome({"project": str(done.project.uuid), "counts": done.about.get("counts", {})})
    into = _target(given, office)
    found = _read(task, given, into.time_zone)
    if found.results is None and isinstance(into, CameraProject):
        preview = _preview(task, found, into, given)
        if preview is not None:
            return preview
    taken = _take(task, found, into)
    package_files.UPLOADS.forget(given["token"])
    return Outcome(
        {
            "project": str(taken.project.uuid),
            "counts": taken.counts,
            "same": taken.act is None,
            "losses": list(found.losses),
            "unknown": list(taken.unknown),
            "unknown_count": taken.unknown_count,
        },
        [note.as_dict() for note in found.notes[:LISTED]],
    )


def _target(given: Mapping[str, Any], office: Office) -> CameraProject | NewProject:
    if given["project"]:
        project = CameraProject.objects.filter(uuid=given["project"], office=office).first()
        if project is None:
            raise Refused([{"code": "project-gone", "severity": "error"}])
        return project
    names = MultilingualText.from_json(given["names"])
    return NewProject(office, given["key"], names, given["time_zone"] or office.time_zone)


def _read(task: Task, given: Mapping[str, Any], zone: str) -> Given:
    try:
        path = package_files.UPLOADS.arrived(given["token"])
    except uploads.Gone as gone:
        raise Refused([{"code": "upload-gone", "severity": "error"}]) from gone
    try:
        return packages.read(
            path, given["format"], zone, lambda share, stage: task.progress(0.5 * share, stage)
        )
    except FormatErrors as wrong:
        package_files.UPLOADS.forget(given["token"])
        listed = [problem.as_dict() for problem in wrong.problems[:LISTED]]
        more = wrong.error_count + wrong.warning_count - len(listed)
        if more > 0:
            listed.append({"code": "more", "severity": "error", "params": {"count": more}})
        raise Refused(listed) from wrong


def _preview(task: Task, found: Given, project: CameraProject, given: Mapping[str, Any]) -> Outcome | None:
    """What would change, where somebody has to say yes first; None where the way is free."""
    same = {"project": str(project.uuid), "same": True, "counts": {}}
    if taking.known_act(project, found.sha256) is not None:
        package_files.UPLOADS.forget(given["token"])
        return Outcome(same)
    if given["confirmed"] or found.package is None:
        return None
    task.progress(0.5, "compare")
    changes = comparing.compare(project, found.package)
    if comparing.is_empty(changes):
        package_files.UPLOADS.forget(given["token"])
        return Outcome({**same, "counts": {name: one.counts for name, one in changes.items()}})
    if any(len(one.changed) or one.gone or one.kept for one in changes.values()):
        counts = {name: one.counts for name, one in changes.items()}
        return Outcome({"project": str(project.uuid), "preview": True, "counts": counts})
    return None


def _take(task: Task, found: Given, into: CameraProject | NewProject) -> Taken:
    about = {
        "file": package_files.UPLOADS.arrived(task.run.parameters["token"]).name,
        "run": str(task.run.uuid),
    }
    person = task.run.owner
    if found.results is not None:
        if isinstance(into, NewProject):
            raise Refused([{"code": "project-gone", "severity": "error"}])
        return detections.take_results(found, into, person, about, task.progress, task.require_own)
    try:
        return taking.take(found, into, person, about, task.progress, task.require_own)
    except ValidationError as wrong:
        problem = {"code": "key-taken", "severity": "error", "params": {"reasons": "; ".join(wrong.messages)}}
        raise Refused([problem]) from wrong


KIND: Final = Kind(
    NAME,
    _("Import of camera-trap data"),
    Subject.CAMERAS,
    _work,
    checked,
    address=lambda run: reverse("cameras-import-outcome", kwargs={"uuid": run.uuid}),
    stages=STAGES,
)
