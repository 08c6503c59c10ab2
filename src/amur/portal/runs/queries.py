"""Questions about runs: who may see or cancel one, and how far it is."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from amur.portal.offices.models import Person
from amur.portal.offices.policies import Verb, may
from amur.portal.runs import live
from amur.portal.runs.kinds import known_kind
from amur.portal.runs.models import Run, RunState

FINISHED = frozenset({RunState.DONE, RunState.FAILED, RunState.CANCELLED, RunState.LOST})

PROBLEMS = {
    "run-broken": _(
        "The program made a mistake. Nothing was changed; the people who run it find it in its log."
    ),
    "run-lost": _("The computer stopped while it worked. Nothing was changed; start again."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run is now; `percent` is from 0 to 100."""

    state: RunState
    percent: int
    stage: str
    cancel_asked: bool

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED


def may_see(person: Person | AnonymousUser, run: Run) -> bool:
    """Whether it is the person's own run, or one of an office whose records of the kind the person sees."""
    kind = known_kind(run.kind)
    if kind is None or run.office_id is None:
        return False
    return may(person, Verb.VIEW, kind.subject, run.office_id)


def may_cancel(person: Person | AnonymousUser, run: Run) -> bool:
    """Whether the person may change what the run changes."""
    kind = known_kind(run.kind)
    return (
        kind is not None
        and run.office_id is not None
        and may(person, Verb.CHANGE, kind.subject, run.office_id)
    )


def standing(run: Run) -> Standing:
    """The run's state with its latest sign of life, which the database may not have yet."""
    share, stage = run.progress, run.stage
    state = RunState(run.state)
    if state == RunState.RUNNING and (beat := live.last_beat(run.uuid)):
        share, stage = beat.progress, beat.stage
    kind = known_kind(run.kind)
    words = kind.stages.get(stage, stage) if kind else stage
    asked = run.cancel_asked or (state == RunState.RUNNING and live.is_cancel_asked(run.uuid))
    return Standing(state, int(share * 100), str(words), asked)
