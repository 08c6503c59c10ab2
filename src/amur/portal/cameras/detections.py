"""Takes the results of a detector (MegaDetector, SpeciesNet) for pictures that a project has: suggestions.

A newer result of the same detector ends what it suggested before for the same pictures. Called by
`packages_work`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import transaction

from amur.formats.cameratraps.detectors import observations_of
from amur.formats.camtrapdp import Table
from amur.portal.cameras import acts, cells, storing
from amur.portal.cameras.models import Act, CameraProject, Media, Observation
from amur.portal.cameras.packages import Given
from amur.portal.cameras.taking import Taken
from amur.portal.offices.models import Person

TOLD: Final = 20
"""How many files that the project does not have are named."""


def take_results(
    given: Given,
    project: CameraProject,
    person: Person | None,
    about: Mapping[str, Any],
    progress: Callable[[float, str], None] = lambda share, stage: None,
    sealing: Callable[[], None] = lambda: None,
) -> Taken:
    """Store detections as suggestions; the same file again adds nothing."""
    if given.results is None:
        raise ValueError("a package is taken by `taking`")
    known = project.acts.filter(kind=Act.Kind.DETECTION, about__sha256=given.sha256, undone_by=None).first()
    if known is not None:
        return Taken(project, None, {"observations": {"new": 0, "gone": 0}})
    rows = {one.path: one for one in Media.objects.filter(project=project).select_related("event")}
    progress(0.5, "compare")
    table, unknown = observations_of(given.results, _media_of(rows))
    by_code = {one.code: one for one in rows.values()}
    with transaction.atomic():
        act = acts.begin(
            project,
            Act.Kind.DETECTION,
            person,
            {**about, "format": given.format, "sha256": given.sha256, "detector": given.results.detector},
        )
        seen = {by_code[code].pk for code in table.texts("mediaID")}
        earlier = Observation.objects.filter(
            project=project,
            ended=None,
            status=Observation.Status.SUGGESTED,
            classified_by=given.results.detector[:200],
            made__kind=Act.Kind.DETECTION,
        )
        gone = acts.end(act, [one for one in earlier.only("pk", "media") if one.media_id in seen])
        progress(0.7, "store observations")
        made = acts.make(act, _observations(table, by_code, given.sha256))
        counts = {"observations": {"new": len(made), "gone": gone}}
        act.about |= {"counts": counts}
        act.save(update_fields=["about"])
        sealing()
    return Taken(project, act, counts, tuple(unknown[:TOLD]), len(unknown))


def _media_of(rows: Mapping[str, Media]) -> Table:
    """What the reader of results needs to know of pictures."""
    values = list(rows.values())
    seconds = [int(one.captured.timestamp()) for one in values]
    return Table.of(
        "media",
        {
            "mediaID": [one.code for one in values],
            "deploymentID": [str(one.deployment_id) for one in values],
            "timestamp": cells.instant_texts(seconds, "Z", "UTC"),
            "filePath": [one.path for one in values],
        },
    )


def _observations(table: Table, by_code: Mapping[str, Media], sha256: str) -> list[Observation]:
    columns = {
        column.field: (column, storing.ready(table, column, {}, "UTC").part(0, table.count))
        for column in cells.OBSERVATIONS
    }
    found = []
    for row, code in enumerate(table.texts("mediaID")):
        values = {
            name: storing.moment(column_values[row]) if column.kind == "instant" else column_values[row]
            for name, (column, column_values) in columns.items()
        }
        media = by_code[code]
        values["code"] = f"{code[:90]}-{sha256[:8]}-{row}"
        values["classified_by"] = str(values["classified_by"])[:200]
        values["scientific_name"] = str(values["scientific_name"])[:120]
        found.append(
            Observation(
                deployment_id=media.deployment_id,
                media=media,
                event_id=media.event_id,
                status=Observation.Status.SUGGESTED,
                **values,
            )
        )
    return found
