"""Takes what was read into an office: all or nothing, in one transaction and one act.

What comes again adds nothing; a patrol that comes changed begins anew and ends the one that stood. Called by
`work` for the pages and by `amur patrols import`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from amur.portal.audit.actions import record
from amur.portal.offices.models import Office, Person
from amur.portal.patrols import acts, modelling
from amur.portal.patrols.models import Act, DataModel, Patrol
from amur.portal.patrols.reading import Given, GivenPatrol, Progress
from amur.portal.patrols.storing import store_patrol


@dataclass(frozen=True, slots=True)
class Changes:
    """What would come of an import: new and changed patrols, how many are the same, the data model.

    `standing` are the patrols of the office that the changed ones would end, by code. `model` is “new”,
    “changed”, “same” or "" without one; `model_keys` counts keys that come and go by a changed one.
    `unknown` are keys that the data model does not have and nobody has mapped yet.
    """

    new: list[GivenPatrol]
    changed: list[GivenPatrol]
    same: int
    standing: dict[str, Patrol]
    model: str
    model_keys: dict[str, int]
    unknown: list[dict[str, Any]]

    @property
    def is_empty(self) -> bool:
        """Whether all of it is there already."""
        return not self.new and not self.changed and self.model in ("", "same")

    @property
    def needs_a_yes(self) -> bool:
        """Whether somebody has to look before it is done."""
        return not self.is_empty and bool(self.changed or self.unknown or self.model == "changed")

    def as_dict(self) -> dict[str, Any]:
        """As a run and an act keep it."""
        found = [*self.new, *self.changed]
        return {
            "patrols": {"new": len(self.new), "changed": len(self.changed), "same": self.same},
            "waypoints": sum(one.counts["waypoints"] for one in found),
            "observations": sum(one.counts["observations"] for one in found),
            "model": self.model,
            "model_keys": self.model_keys,
        }


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it; without an act all of it was there already."""

    act: Act | None
    changes: Changes


def compare(office: Office, given: Given) -> Changes:
    """Hold what was read against what stands in an office."""
    hashes = dict(Patrol.objects.filter(office=office, ended=None).values_list("code", "sha256"))
    new, changed, same = [], [], 0
    for one in given.patrols:
        known = hashes.get(one.document.content.id)
        if known is None:
            new.append(one)
        elif known == one.sha256:
            same += 1
        else:
            changed.append(one)
    codes = {one.document.content.id for one in changed}
    rows = Patrol.objects.filter(office=office, ended=None).only("uuid", "code")
    ending = {row.code: row for row in rows if row.code in codes}
    ours = modelling.standing(office)
    known_keys = modelling.keys_of(ours)
    state, moved = "", {}
    if given.model is not None:
        theirs = modelling.keys_in(given.model.content)
        state = _state(ours, modelling.hash_of(given.model.content))
        if state == "changed":
            moved = {"new": len(theirs - known_keys), "gone": len(known_keys - theirs)}
        known_keys = theirs
    unknown = modelling.unknown_in(given.used, known_keys, modelling.mapped(office))
    return Changes(new, changed, same, ending, state, moved, unknown)


def _state(ours: DataModel | None, sha256: str) -> str:
    if ours is None:
        return "new"
    return "same" if ours.sha256 == sha256 else "changed"


def take(
    given: Given,
    office: Office,
    person: Person | None,
    about: Mapping[str, Any],
    *,
    zone: str = "",
    chosen: Mapping[modelling.Key, str] | None = None,
    progress: Progress = lambda share, stage: None,
    sealing: Callable[[], None] = lambda: None,
) -> Taken:
    """Store what was read; `sealing` is called last inside the transaction.

    `zone` is the time zone of the place (without one that of the office), `chosen` says what unknown keys
    mean; whatever it leaves out is remembered as nothing of ours. Whatever `progress` or `sealing` raise
    undoes everything. Raises FormatErrors for times that no clock of the zone showed.
    """
    with transaction.atomic():
        office = Office.objects.select_for_update().get(pk=office.pk)
        progress(0.5, "compare")
        changes = compare(office, given)
        if changes.is_empty:
            return Taken(None, changes)
        told = {(one["kind"], one["key"]): "" for one in changes.unknown}
        modelling.remember(office, {**told, **(chosen or {})})
        act = acts.begin(
            office,
            Act.Kind.IMPORT,
            person,
            {**about, "sha256": given.sha256, "counts": changes.as_dict()},
        )
        _store(act, given, changes, zone or office.time_zone, progress)
        act.save()
        record(
            "patrols.import",
            object_uuid=act.uuid,
            object_key=office.key,
            changes={"file": about.get("file", ""), "counts": changes.as_dict()},
            office=office.uuid,
        )
        sealing()
    return Taken(act, changes)


def _store(act: Act, given: Given, changes: Changes, zone: str, progress: Progress) -> None:
    """Begin and end what the act does, and note it there."""
    began: dict[str, list[str]] = {"models": [], "patrols": []}
    ended: dict[str, list[str]] = {"models": [], "patrols": []}
    if given.model is not None and changes.model != "same":
        before = modelling.standing(act.office)
        if before is not None:
            ended["models"].append(str(before.uuid))
            before.ended = act
            before.save(update_fields=["ended"])
        began["models"].append(str(modelling.store_model(act, given.model.content).uuid))
    coming = [*changes.new, *changes.changed]
    whole = max(sum(1 + one.counts["observations"] for one in coming), 1)
    done = 0

    def tell(share: float) -> None:
        progress(0.5 + 0.5 * (done + share * (1 + one.counts["observations"])) / whole, "store")

    for one in coming:
        known = changes.standing.get(one.document.content.id)
        if known is not None:
            ended["patrols"].append(str(known.uuid))
            known.ended = act
            known.save(update_fields=["ended"])
        began["patrols"].append(str(store_patrol(act, one, zone, tell).uuid))
        tell(1.0)
        done += 1 + one.counts["observations"]
    act.about |= {"began": began, "ended": ended}
