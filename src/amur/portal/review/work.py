"""The run of the room: a machine looks at what people have not answered, sequence by sequence.

It works in small steps that stay: a run that is cancelled or lost keeps what it has done, and one that is
started again goes on where it ended. All its suggestions are one act, which can be undone as one.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amur.formats.errors import FormatErrors
from amur.portal.cameras import actions
from amur.portal.cameras.models import Act, CameraProject, Deployment, Event, Media, Observation
from amur.portal.cameras.queries import may_in
from amur.portal.offices.policies import Subject, Verb
from amur.portal.review import networks
from amur.portal.review.looking import MOST_PICTURES, Looker, Networks, StationBackground
from amur.portal.review.models import Network
from amur.portal.review.queues import OPEN
from amur.portal.review.suggestions import summarise
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run

NAME: Final = "review.detect"
STEP: Final = 20  # sequences that are stored together
STAGES: Final = {"open": _("Opening the detector"), "look": _("Looking at the pictures")}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises ValueError naming the parameter that is wrong."""
    project = CameraProject.objects.filter(uuid=str(given.get("project"))).first()
    if project is None:
        raise ValueError("project: it is not known")
    stored: dict[str, Any] = {"project": str(project.uuid), "again": bool(given.get("again"))}
    for task in (Network.Task.DETECTOR, Network.Task.CLASSIFIER):
        wanted = str(given.get(task.value) or "")
        if wanted and not Network.objects.filter(uuid=wanted, task=task, office=project.office_id).exists():
            raise ValueError(f"{task.value}: it is not one of this office")
        stored[task.value] = wanted
    if stored["classifier"] and not stored["detector"]:
        raise ValueError("classifier: it needs a detector that gives boxes")
    return stored


def _work(task: Task) -> Outcome:
    run = task.run
    project = CameraProject.objects.select_related("office").get(uuid=run.parameters["project"])
    if run.owner is not None and not may_in(run.owner, Verb.PUBLISH, project):
        raise Refused([{"code": "no-right", "severity": "error"}])
    task.progress(0.0, "open")
    looker = _looker(run.parameters)
    act = Act.objects.filter(project=project, kind=Act.Kind.DETECTION, about__run=str(run.uuid)).first()
    if act is None:
        act = actions.begin(
            project, Act.Kind.DETECTION, run.owner, {"run": str(run.uuid), "detector": looker.name}
        )
    waiting = _waiting(project, act, again=run.parameters["again"])
    deployments = list(
        Deployment.objects.filter(pk__in=Event.objects.filter(pk__in=waiting).values("deployment").distinct())
    )
    done = judged = 0
    for deployment in deployments:
        keys = [key for key in waiting if waiting[key] == deployment.pk]
        looker.arrive(deployment)
        for step in _steps(keys):
            task.progress(done / len(waiting), "look")
            said = _look(looker, step)
            with transaction.atomic():
                judged += _store(task, act, step, said)
            done += len(step)
    return Outcome({"project": str(project.uuid), "sequences": done, "judged": judged})


def _looker(parameters: Mapping[str, Any]) -> Looker:
    if not parameters["detector"]:
        return StationBackground()
    try:
        detector = networks.open_detector(Network.objects.get(uuid=parameters["detector"]))
        if not parameters["classifier"]:
            return Networks(detector, None)
        chosen = Network.objects.get(uuid=parameters["classifier"])
        return Networks(detector, networks.open_classifier(chosen))
    except (FormatErrors, Network.DoesNotExist) as gone:
        raise Refused(
            [{"code": "network-gone", "severity": "error", "params": {"reason": str(gone)}}]
        ) from gone


def _waiting(project: CameraProject, act: Act, *, again: bool) -> dict[int, int]:
    """The sequences to look at with their deployments: not answered by people, not looked at by this act."""
    open_ones = Event.objects.filter(project=project, state__in=OPEN).order_by("deployment", "start", "pk")
    if not again:
        open_ones = open_ones.filter(suggestion=None)
    mine = set(Observation.objects.filter(made=act).values_list("event", flat=True).distinct())
    return {
        key: deployment for key, deployment in open_ones.values_list("pk", "deployment") if key not in mine
    }


def _steps(keys: list[int]) -> Iterator[list[Event]]:
    for first in range(0, len(keys), STEP):
        yield list(Event.objects.filter(pk__in=keys[first : first + STEP]).order_by("start", "pk"))


def _look(looker: Looker, events: list[Event]) -> list[Observation]:
    by_event: dict[int, list[Media]] = {event.pk: [] for event in events}
    for media in Media.objects.filter(event__in=events).order_by("captured", "pk"):
        if media.event_id is not None and len(by_event[media.event_id]) < MOST_PICTURES:
            by_event[media.event_id].append(media)
    return [one for event in events for one in looker.look(event, by_event[event.pk])]


def _store(task: Task, act: Act, events: list[Event], said: list[Observation]) -> int:
    """Store what was said of sequences that people have not answered meanwhile; of how many."""
    keys = [event.pk for event in events]
    still = set(Event.objects.filter(pk__in=keys, state__in=OPEN).values_list("pk", flat=True))
    spoken = {one.event_id for one in said} & still
    old = Observation.objects.filter(event__in=spoken, ended=None, status=Observation.Status.SUGGESTED)
    actions.end(act, old)
    actions.make(act, [one for one in said if one.event_id in spoken])
    summarise(key for key in spoken if key is not None)
    task.require_own()
    return len(spoken)


def _address(run: Run) -> str:
    return reverse("review-machines", kwargs={"uuid": run.parameters["project"]})


KIND: Final = Kind(
    NAME,
    _("Detector of camera-trap pictures"),
    Subject.CAMERAS,
    _work,
    checked,
    address=_address,
    stages=STAGES,
)
