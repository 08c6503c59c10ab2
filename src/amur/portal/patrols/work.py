"""The run "patrols.import": what came up is read, checked, compared and stored; all or nothing.

What would change something, or uses keys that nobody knows, is stored only when somebody has seen that and
said yes (`confirmed`); until then the run ends with a preview. A run whose process was lost starts anew.
"""

import zoneinfo
from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amur.formats.errors import FormatErrors
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.patrols import importing, reading, store
from amur.portal.patrols.importing import Changes
from amur.portal.patrols.models import Act, KeyMapping
from amur.portal.runs import uploads
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused

NAME: Final = "patrols.import"
LISTED: Final = 500
"""How many problems, patrols and unknown keys a run keeps for its page."""
STAGES: Final = {"read": _("Reading the files"), "compare": _("Comparing"), "store": _("Storing patrols")}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises ValueError naming the parameter that is wrong."""
    try:
        store.UPLOADS.arrived(str(given.get("token")))
    except uploads.Gone as gone:
        raise ValueError("token: nothing has come up under it") from gone
    zone = str(given.get("time_zone") or "")
    if zone and zone not in zoneinfo.available_timezones():
        raise ValueError("time_zone: it is not known")
    chosen = [[str(part) for part in one] for one in given.get("chosen") or []]
    if any(len(one) != 3 or one[0] not in KeyMapping.Kind.values for one in chosen):
        raise ValueError("chosen: each is a kind, a foreign key and our key")
    return {
        "token": str(given["token"]),
        "time_zone": zone,
        "chosen": chosen,
        "confirmed": bool(given.get("confirmed")),
    }


def _work(task: Task) -> Outcome:
    run, given, office = task.run, task.run.parameters, task.run.office
    if office is None:
        raise ValueError(f"run {run.uuid} has no office")
    verb = Verb.CHANGE if given["confirmed"] else Verb.ADD
    if run.owner is not None and not may(run.owner, verb, Subject.PATROLS, office):
        raise Refused([{"code": "no-right", "severity": "error"}])
    done = Act.objects.filter(office=office, about__run=str(run.uuid)).first()
    if done is not None:  # the process was lost between storing and saying so
        return Outcome({"act": str(done.uuid), **done.about["counts"]})
    try:
        path = store.UPLOADS.arrived(given["token"])
    except uploads.Gone as gone:
        raise Refused([{"code": "upload-gone", "severity": "error"}]) from gone
    try:
        outcome = _done(task, office, path.name)
    except FormatErrors as wrong:
        store.UPLOADS.forget(given["token"])
        raise Refused(_listed(wrong)) from wrong
    if not outcome.result.get("preview"):
        store.UPLOADS.forget(given["token"])
    return outcome


def _done(task: Task, office: Office, name: str) -> Outcome:
    given = task.run.parameters
    with reading.opened(
        store.UPLOADS.arrived(given["token"]), lambda share, stage: task.progress(share / 2, stage)
    ) as found:
        notes = [note.as_dict() for note in found.notes[:LISTED]]
        if not given["confirmed"]:
            changes = importing.compare(office, found, given["time_zone"])
            if changes.needs_a_yes:
                return Outcome({**_told(changes), "preview": True}, notes)
        taken = importing.take(
            found,
            office,
            task.run.owner,
            {"file": name, "run": str(task.run.uuid)},
            zone=given["time_zone"],
            chosen={(kind, foreign): ours for kind, foreign, ours in given["chosen"]},
            progress=task.progress,
            sealing=task.require_own,
        )
    result = {**_told(taken.changes), "same": taken.act is None}
    if taken.act is not None:
        result["act"] = str(taken.act.uuid)
    return Outcome(result, notes)


def _told(changes: Changes) -> dict[str, Any]:
    codes = [one.document.content.id for one in changes.changed]
    return {
        **changes.as_dict(),
        "changed": codes[:LISTED],
        "unknown": changes.unknown[:LISTED],
        "unknown_count": len(changes.unknown),
    }


def _listed(wrong: FormatErrors) -> list[dict[str, Any]]:
    listed = [problem.as_dict() for problem in wrong.problems[:LISTED]]
    more = wrong.error_count + wrong.warning_count - len(listed)
    if more > 0:
        listed.append({"code": "more", "severity": "error", "params": {"count": more}})
    return listed


KIND: Final = Kind(
    NAME,
    _("Import of patrols"),
    Subject.PATROLS,
    _work,
    checked,
    address=lambda run: reverse("patrols-import-outcome", kwargs={"uuid": run.uuid}),
    stages=STAGES,
)
