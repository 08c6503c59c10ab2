"""The run "cameras.export": a project is written into an archive that its office can fetch for a week."""

from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amur.portal.cameras import package_files, releasing, writing
from amur.portal.cameras.models import CameraProject
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.runs import uploads
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused

NAME: Final = "cameras.export"
STAGES: Final = {
    "deployments": _("Gathering deployments"),
    "media": _("Gathering media"),
    "observations": _("Gathering observations"),
    "files": _("Gathering files"),
    "write": _("Writing the archive"),
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises ValueError naming the parameter that is wrong."""
    if not CameraProject.objects.filter(uuid=str(given.get("project"))).exists():
        raise ValueError("project: it is not known")
    if given.get("format") not in writing.FORMATS:
        raise ValueError(f"format: it is one of {', '.join(writing.FORMATS)}")
    return {
        "project": str(given["project"]),
        "format": str(given["format"]),
        "released": bool(given.get("released")),
    }


def _work(task: Task) -> Outcome:
    given = task.run.parameters
    project = CameraProject.objects.select_related("office").filter(uuid=given["project"]).first()
    if project is None or project.office_id != task.run.office_id:
        raise Refused([{"code": "project-gone", "severity": "error"}])
    if task.run.owner is not None and not may(task.run.owner, Verb.VIEW, Subject.CAMERAS, project.office_id):
        raise Refused([{"code": "no-right", "severity": "error"}])
    name = f"{project.key}-{given['format']}{'-released' if given['released'] else ''}.zip"
    token = package_files.UPLOADS.receive(name, [])
    try:
        losses = writing.write(
            project,
            given["format"],
            package_files.UPLOADS.arrived(token),
            task.progress,
            released=given["released"],
        )
    except releasing.NothingReleased as nothing:
        raise Refused([{"code": "nothing-released", "severity": "error"}]) from nothing
    except uploads.Gone as gone:
        raise Refused([{"code": "file-gone", "severity": "error"}]) from gone
    return Outcome({"token": token, "losses": list(losses), "project": str(project.uuid)})


KIND: Final = Kind(
    NAME,
    _("Export of camera-trap data"),
    Subject.CAMERAS,
    _work,
    checked,
    address=lambda run: reverse("cameras-export-outcome", kwargs={"uuid": run.uuid}),
    stages=STAGES,
)
