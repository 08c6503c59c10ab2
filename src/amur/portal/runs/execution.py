"""Doing a run in this process: claim, heartbeat, cancel, end. Called by `worker`, by views for small work and
by commands.

A run is claimed by one conditional UPDATE and ended by another that names the attempt, so that a process that
was given up for lost and wakes again can neither do the work twice nor overwrite what came after it.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils import timezone

from amur.portal.audit.actor import acting, current, person_as_actor
from amur.portal.runs import live
from amur.portal.runs.kinds import Refused, kind_named
from amur.portal.runs.models import Run, RunState

Progress = Callable[[float, str], None]

BEAT_S: Final = 1.0
STORE_S: Final = 2.0

logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody asked this run to end; whatever it did in a transaction is rolled back."""


class GivenUp(Exception):
    """This process was taken for dead and the run belongs to another attempt."""


@dataclass(slots=True)
class Task:
    """A run that this process works on."""

    run: Run
    listener: Progress | None = None
    share: float = 0.0
    stage: str = ""
    _stored: float = field(default_factory=time.monotonic)

    def progress(self, share: float, stage: str) -> None:
        """Say how far the work is. Raises Cancelled when somebody wishes it to end."""
        self.share, self.stage = min(max(share, 0.0), 1.0), stage[:80]
        if self.listener is not None:
            self.listener(self.share, self.stage)
        if live.is_cancel_asked(self.run.uuid):
            raise Cancelled
        if time.monotonic() - self._stored >= STORE_S and not connection.in_atomic_block:
            self._stored = time.monotonic()
            self._own().update(progress=self.share, stage=self.stage, heartbeat=timezone.now())

    def require_own(self) -> None:
        """To be called last inside the work's transaction. Raises GivenUp when the run was taken away."""
        if not self._own().update(progress=self.share, heartbeat=timezone.now()):
            raise GivenUp
        if live.is_cancel_asked(self.run.uuid):
            raise Cancelled

    def _own(self) -> Any:
        return Run.objects.filter(pk=self.run.pk, state=RunState.RUNNING, attempt=self.run.attempt)


def work_on(uuid: UUID, listener: Progress | None = None) -> Run:
    """Claim a waiting run, do it and store what came of it; gives back the run as it then is.

    A run that somebody else has claimed is left alone. Failures end in the run and are not raised; only
    what ends the process (such as Ctrl-C) goes on, after the run was noted as cancelled.
    """
    try:
        with live.held(uuid):
            run = _claim(uuid)
            if run is not None:
                _do(Task(run, listener))
    except live.Busy:
        logger.info("run %s is worked on by another process", uuid)
    return Run.objects.get(uuid=uuid)


def _claim(uuid: UUID) -> Run | None:
    now = timezone.now()
    waiting = Run.objects.filter(uuid=uuid, state=RunState.QUEUED)
    if live.is_cancel_asked(uuid):
        waiting.update(state=RunState.CANCELLED, finished=now)
        return None
    if not waiting.update(state=RunState.RUNNING, attempt=F("attempt") + 1, heartbeat=now):
        return None
    return Run.objects.select_related("owner", "office").get(uuid=uuid)


def _do(task: Task) -> None:
    try:
        who = person_as_actor(task.run.owner) if task.run.owner else current()
        with _beating(task), acting(who):
            outcome = kind_named(task.run.kind).work(task)
    except Cancelled:
        _end(task, RunState.CANCELLED)
    except GivenUp:
        logger.warning("run %s was given up and belongs to another attempt", task.run.uuid)
    except Refused as refused:
        _end(task, RunState.FAILED, problems=refused.problems)
    except Exception:
        logger.exception("run %s (%s) failed", task.run.uuid, task.run.kind)
        _end(task, RunState.FAILED, problems=[{"code": "run-broken", "severity": "error"}])
    except BaseException:
        _end(task, RunState.CANCELLED)
        raise
    else:
        _end(
            task,
            RunState.DONE,
            result=dict(outcome.result),
            problems=[dict(one) for one in outcome.problems],
            progress=1.0,
        )


def _end(task: Task, state: RunState, **columns: Any) -> None:
    task._own().update(
        state=state,
        stage=task.stage,
        finished=timezone.now(),
        **{"progress": task.share, **columns},
    )


@contextmanager
def _beating(task: Task) -> Iterator[None]:
    """A thread that says every second that this process lives, also while the work computes for long."""
    over = threading.Event()

    def beats() -> None:
        while True:
            live.beat(task.run.uuid, task.share, task.stage)
            if over.wait(BEAT_S):
                return

    thread = threading.Thread(target=beats, name=f"heart of {task.run.uuid}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
