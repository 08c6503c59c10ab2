"""The run "patrols.hotspots": hot spots of an office's patrols; its result holds all that the page tells.

A run with the same question about the same patrols, meanings and boundary is not done again.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import shapely
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amur.portal.areas.queries import Placed
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.patrol_queries import hotspots, queries
from amur.portal.patrol_queries.answering import NoSuchArea
from amur.portal.patrol_queries.gathering import chosen
from amur.portal.patrol_queries.hotspot_asking import HotspotQuestion
from amur.portal.patrols import modelling
from amur.portal.patrols.models import Patrol
from amur.portal.runs import actions as runs
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run, RunState

NAME: Final = queries.HOTSPOTS
STAGES: Final = {
    "read": _("Reading patrols"),
    "cells": _("Summing up the effort"),
    "smooth": _("Smoothing the rates of cells"),
    "trend": _("Looking for a trend"),
}
STANDING: Final = (RunState.QUEUED, RunState.RUNNING, RunState.DONE)


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises asking.Wrong, a ValueError."""
    return HotspotQuestion.of(given).as_dict()


def start(person: Person, office: Office, question: HotspotQuestion) -> Run:
    """The run that answers a question about an office: one that is there already, or a new one.

    Raises PermissionError without the right there, and NoSuchArea.
    """
    if not may(person, Verb.VIEW, Subject.PATROLS, office):
        raise PermissionError(f"{person} may not see patrols of {office.key}")
    given, inputs = question.as_dict(), _inputs(office, question)
    same = Run.objects.filter(kind=NAME, office=office, state__in=STANDING)
    known = same.filter(input_hash=runs.input_hash(NAME, given, inputs)).first()
    return known or runs.start(NAME, given, person, office, inputs=inputs)


def _inputs(office: Office, question: HotspotQuestion) -> dict[str, str]:
    """What decides the result besides the question, as hashes. Patrols never change, they are replaced."""
    area = _area(office, question)
    patrols = _patrols(office, question).order_by("pk").values_list("pk", flat=True)
    return {
        "patrols": _hash(repr(list(patrols)).encode()),
        "meanings": _hash(repr(sorted(modelling.mapped(office).items())).encode()),
        "area": "" if area is None else _hash(shapely.to_wkb(area.geometry)),
    }


def _hash(words: bytes) -> str:
    return hashlib.sha256(words).hexdigest()


def _patrols(office: Office, question: HotspotQuestion) -> Any:
    return chosen(Patrol.objects.filter(office=office, ended=None), question.rate)


def _area(office: Office, question: HotspotQuestion) -> Placed | None:
    """The area of a question; None for none. Raises NoSuchArea."""
    key = question.rate.area
    found = next((one for one in queries.areas_of(office) if one.key == key), None) if key else None
    if key and found is None:
        raise NoSuchArea(key)
    return found


def _work(task: Task) -> Outcome:
    run = task.run
    if run.office is None:
        raise ValueError(f"run {run.uuid} has no office")
    if run.owner is not None and not may(run.owner, Verb.VIEW, Subject.PATROLS, run.office):
        raise Refused([{"code": "no-right", "severity": "error"}])
    question = HotspotQuestion.of(run.parameters)
    patrols, area = _patrols(run.office, question), _area(run.office, question)
    found = hotspots.find(patrols, question, area, timezone.localdate(), task.progress)
    return Outcome(found.as_dict())


KIND: Final = Kind(
    NAME,
    _("Hot spots of patrols"),
    Subject.PATROLS,
    _work,
    checked,
    address=lambda run: reverse("patrol-hotspots-found", kwargs={"uuid": run.uuid}),
    stages=STAGES,
)
