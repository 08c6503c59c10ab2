"""The run "patrols.tracks": the fixes of an office's patrols are read once, for measures of tracks."""

from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.patrol_queries import tracks
from amur.portal.patrols.models import Patrol
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused

NAME: Final = "patrols.tracks"
STAGES: Final = {"read": _("Reading fixes")}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The address that the run leads back to: what the asker wants to know."""
    return {"question": str(given.get("question") or "")[:4000]}


def _work(task: Task) -> Outcome:
    run = task.run
    if run.office is None:
        raise ValueError(f"run {run.uuid} has no office")
    if run.owner is not None and not may(run.owner, Verb.VIEW, Subject.PATROLS, run.office):
        raise Refused([{"code": "no-right", "severity": "error"}])
    patrols = Patrol.objects.filter(office=run.office, ended=None)
    return Outcome({"patrols": tracks.read(patrols, lambda share: task.progress(share, "read"))})


KIND: Final = Kind(
    NAME,
    _("Reading the tracks of patrols"),
    Subject.PATROLS,
    _work,
    checked,
    address=lambda run: f"{reverse('patrol-questions')}?{run.parameters['question']}",
    stages=STAGES,
)
