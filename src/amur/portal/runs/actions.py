"""Starting, cancelling and looking after runs. Every computed figure names the run that computed it.

Short work is done with `perform`; long work is queued with `start` and done by `worker`, or by
`execution.work_on` in the process that waits for it.
"""

import datetime
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from amur import __version__
from amur.portal.offices.models import Office, Person
from amur.portal.runs import live
from amur.portal.runs.kinds import kind_named, known_kind
from amur.portal.runs.models import Run, RunState

ATTEMPTS: Final = 2
SILENT_S: Final = 30.0
WAITING_S: Final = 10.0


def input_hash(kind: str, parameters: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """One hash of what decides the result, the same for the same inputs in any order.

    >>> input_hash("totals", {"a": 1, "b": 2}, {}) == input_hash("totals", {"b": 2, "a": 1}, {})
    True
    """
    text = json.dumps([kind, parameters, inputs, __version__], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def perform(
    kind: str,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, Any],
    work: Callable[[], Any],
) -> Run:
    """Do short work as a run, or give the finished run that already has this very input.

    The result must be JSON. An exception of the work is recorded nowhere and goes on to the caller: inside
    a transaction nothing of a failed computation may stay.
    """
    digest = input_hash(kind, parameters, inputs)
    known = Run.objects.filter(input_hash=digest, state=RunState.DONE).first()
    if known is not None:
        return known
    result = work()
    return Run.objects.create(
        kind=kind,
        parameters=dict(parameters),
        inputs=dict(inputs),
        input_hash=digest,
        code_version=__version__,
        state=RunState.DONE,
        progress=1.0,
        attempt=1,
        result=result,
        finished=timezone.now(),
    )


def start(
    kind: str,
    parameters: Mapping[str, Any],
    owner: Person | None,
    office: Office | None,
    *,
    inputs: Mapping[str, Any] | None = None,
    in_background: bool = True,
) -> Run:
    """Queue a run and wake a process for it (unless the caller does it with `execution.work_on`).

    Raises ValueError for an unknown kind or parameters that its check refuses.
    """
    checked = kind_named(kind).checked(parameters)
    run = Run.objects.create(
        kind=kind,
        parameters=checked,
        inputs=dict(inputs or {}),
        input_hash=input_hash(kind, checked, inputs or {}),
        code_version=__version__,
        owner=owner,
        office=office,
    )
    if in_background:
        transaction.on_commit(wake)
    return run


def wake() -> None:
    """Start a process that does what waits. It outlives the server's own processes."""
    environment = {**os.environ, "AMUR_DATA": str(settings.AMUR_DATA)}
    with (live.folder() / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "amur.portal.runs.worker"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    # Somebody has to take note of its end, else it stays in the table of processes.
    threading.Thread(target=process.wait, daemon=True).start()


def ask_cancel(run: Run) -> None:
    """End a run: at once when it still waits, else at its next step."""
    waiting = Run.objects.filter(pk=run.pk, state=RunState.QUEUED)
    if waiting.update(state=RunState.CANCELLED, cancel_asked=True, finished=timezone.now()):
        return
    if Run.objects.filter(pk=run.pk, state=RunState.RUNNING).exists():
        live.ask_cancel(run.uuid)


def next_waiting(besides: Collection[UUID] = ()) -> UUID | None:
    """The run that has waited longest, besides the given ones; None when nothing waits."""
    return (
        Run.objects.filter(state=RunState.QUEUED)
        .exclude(uuid__in=besides)
        .order_by("created", "pk")
        .values_list("uuid", flat=True)
        .first()
    )


def give_up_lost() -> int:
    """Note runs whose process is gone or silent; work that may be repeated waits again, once.

    Returns how many were lost.
    """
    lost = 0
    for run in Run.objects.filter(state=RunState.RUNNING):
        if _is_alive(run):
            continue
        kind = known_kind(run.kind)
        again = kind is not None and kind.restartable and run.attempt < ATTEMPTS
        if live.is_cancel_asked(run.uuid):
            columns: dict[str, Any] = {"state": RunState.CANCELLED, "finished": timezone.now()}
        elif again:
            columns = {"state": RunState.QUEUED, "progress": 0.0, "stage": ""}
        else:
            problem = {"code": "run-lost", "severity": "error"}
            columns = {"state": RunState.LOST, "finished": timezone.now(), "problems": [problem]}
        same = Run.objects.filter(pk=run.pk, state=RunState.RUNNING, attempt=run.attempt)
        lost += same.update(**columns)
    return lost


def look_after() -> None:
    """Give lost runs up, and wake a process for what has waited too long. Called when somebody looks."""
    give_up_lost()
    patience = timezone.now() - datetime.timedelta(seconds=WAITING_S)
    waiting = Run.objects.filter(state=RunState.QUEUED).order_by("created").first()
    if waiting is not None and max(waiting.created, waiting.heartbeat or waiting.created) < patience:
        Run.objects.filter(pk=waiting.pk).update(heartbeat=timezone.now())
        wake()


def _is_alive(run: Run) -> bool:
    if not live.is_held(run.uuid):
        # It may have ended between our query and this look.
        return not Run.objects.filter(pk=run.pk, state=RunState.RUNNING, attempt=run.attempt).exists()
    beat = live.last_beat(run.uuid)
    last = beat.time if beat else (run.heartbeat or run.created).timestamp()
    return time.time() - last < SILENT_S
