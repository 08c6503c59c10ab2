"""How camera projects become records for the gate: their summary, and nothing of their rows."""

from collections.abc import Iterable

from amur.disclosure import Record
from amur.portal.cameras.models import CameraProject
from amur.portal.release.registry import Adapter, Draft

TOLD = (
    "species", "stations", "effort_days", "period_start", "period_end", "cells", "cell_degrees",
)  # fmt: skip


def project_draft(project: CameraProject) -> Draft:
    """A project as the public may see it."""
    return Draft(
        record=Record(
            kind="camera-project",
            id=project.uuid,
            owner=project.office.key,
            fields={
                "name": project.names.to_json(),
                "notes": project.notes.to_json(),
                "simulated": project.simulated,
                "office": project.office.key,
                **{name: project.summary.get(name) for name in TOLD},
            },
            published=project.is_published,
        ),
        key=project.key,
        sort=str(project.summary.get("period_end") or ""),
    )


def rows() -> Iterable[CameraProject]:
    """All projects with what their records need."""
    return CameraProject.objects.select_related("office")


PROJECTS = Adapter(kind="camera-project", model=CameraProject, draft=project_draft, rows=rows)
