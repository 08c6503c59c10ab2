"""Takes what was read into an office: all or nothing, in one transaction and one act.

What comes again adds nothing; a patrol that comes changed begins anew and ends the one that stood. Called by
`work` for the pages and by `amur patrols import`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import transaction

from amur.formats.smart.words import Words, words_of
from amur.portal.audit.actions import record
from amur.portal.offices.models import Office, Person
from amur.portal.patrols import acts, gathering, modelling, records
from amur.portal.patrols.gathering import Drafts
from amur.portal.patrols.models import Act, DataModel, Form, Incident, Patrol
from amur.portal.patrols.reading import Given, GivenPatrol, Progress
from amur.portal.patrols.records import GivenForm, GivenIncident
from amur.portal.patrols.storing import store_patrol

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Compared(Generic[T]):
    """Forms or incidents that are new, changed, and how many are the same; `standing` would be ended."""

    new: list[T]
    changed: list[T]
    same: int
    standing: list[Form] | list[Incident]

    @property
    def coming(self) -> list[T]:
        """Those that would be stored."""
        return [*self.new, *self.changed]

    @property
    def counts(self) -> dict[str, int]:
        """Their numbers."""
        return {"new": len(self.new), "changed": len(self.changed), "same": self.same}


@dataclass(frozen=True, slots=True)
class Changes:
    """What would come of an import: new and changed patrols, how many are the same, the data model.

    `standing` are the patrols of the office that the changed ones would end, by code. `model` is “new”,
    “changed”, “same” or "" without one; `model_keys` counts keys that come and go by a changed one.
    `unknown` are keys that the data model does not have and nobody has mapped yet. `forms` and `incidents`
    are held against those that stand, `drafts` is what follows from messages of phones.
    """

    new: list[GivenPatrol]
    changed: list[GivenPatrol]
    same: int
    standing: dict[str, Patrol]
    model: str
    model_keys: dict[str, int]
    unknown: list[dict[str, Any]]
    forms: Compared[GivenForm]
    incidents: Compared[GivenIncident]
    drafts: Drafts

    @property
    def is_empty(self) -> bool:
        """Whether all of it is there already."""
        others = self.new or self.changed or self.forms.coming or self.incidents.coming or self.drafts.new
        return not others and self.model in ("", "same")

    @property
    def needs_a_yes(self) -> bool:
        """Whether somebody has to look before it is done."""
        changed = self.changed or self.forms.changed or self.incidents.changed
        return not self.is_empty and bool(changed or self.unknown or self.model == "changed")

    def as_dict(self) -> dict[str, Any]:
        """As a run and an act keep it."""
        found = [*self.new, *self.changed]
        return {
            "patrols": {"new": len(self.new), "changed": len(self.changed), "same": self.same},
            "waypoints": sum(one.counts["waypoints"] for one in found),
            "observations": sum(one.counts["observations"] for one in found),
            "model": self.model,
            "model_keys": self.model_keys,
            "forms": self.forms.counts,
            "incidents": self.incidents.counts,
            "messages": {
                "new": len(self.drafts.new),
                "same": self.drafts.same,
                "waiting": self.drafts.waiting,
            },
        }


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it; without an act all of it was there already."""

    act: Act | None
    changes: Changes


def compare(office: Office, given: Given, zone: str = "") -> Changes:
    """Hold what was read against what stands in an office; `zone` as in `take`."""
    hashes = dict(Patrol.objects.filter(office=office, ended=None).values_list("code", "sha256"))
    drafts = gathering.drafts(
        office,
        given.messages,
        zone or office.time_zone,
        given.folder,
        _words(office, given),
        waiting=bool(given.forms or given.model),
    )
    new, changed, same = [], [], 0
    for one in (*given.patrols, *drafts.patrols):
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
    used = sum((one.used for one in drafts.patrols), given.used)
    return Changes(
        new,
        changed,
        same,
        ending,
        state,
        moved,
        modelling.unknown_in(used, known_keys, modelling.mapped(office)),
        _compared_forms(office, given.forms),
        _compared_incidents(office, [*given.incidents, *drafts.incidents]),
        drafts,
    )


def _words(office: Office, given: Given) -> Words:
    """What identifiers of phones mean, by what comes before what is there."""
    known = records.words_in(office)
    forms = [one.document.content for one in given.forms if one.document is not None]
    metadata = [one.content for one in given.forms if one.document is None]
    types = (
        {}
        if given.model is None
        else {one.key: one.kind for one in given.model.content.attributes.attributes}
    )
    coming = words_of(forms, metadata, types)
    return Words({**known.meanings, **coming.meanings}, {**known.types, **coming.types})


def _compared_forms(office: Office, given: Sequence[GivenForm]) -> Compared[GivenForm]:
    rows = {
        (row.kind, row.code): row for row in Form.objects.filter(office=office, ended=None).defer("content")
    }
    known = {key: row.sha256 for key, row in rows.items()}
    new = [one for one in given if (one.kind, one.code) not in known]
    changed = [one for one in given if known.get((one.kind, one.code), one.sha256) != one.sha256]
    ending = [rows[one.kind, one.code] for one in changed]
    return Compared(new, changed, len(given) - len(new) - len(changed), ending)


def _compared_incidents(office: Office, given: Sequence[GivenIncident]) -> Compared[GivenIncident]:
    rows = {
        row.code: row
        for first in range(0, len(given), acts.BATCH)
        for row in Incident.objects.filter(
            office=office, ended=None, code__in=[one.code for one in given[first : first + acts.BATCH]]
        ).defer("content")
    }
    new = [one for one in given if one.code not in rows]
    changed = [one for one in given if one.code in rows and rows[one.code].sha256 != one.sha256]
    return Compared(new, changed, len(given) - len(new) - len(changed), [rows[one.code] for one in changed])


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
    kind: Act.Kind = Act.Kind.IMPORT,
) -> Taken:
    """Store what was read; `sealing` is called last inside the transaction.

    `zone` is the time zone of the place (without one that of the office), `chosen` says what unknown keys
    mean; whatever it leaves out is remembered as nothing of ours, but for what a phone sends by itself
    (`kind`). Whatever `progress` or `sealing` raise undoes everything. Raises FormatErrors for times that no
    clock of the zone showed.
    """
    with transaction.atomic():
        office = Office.objects.select_for_update().get(pk=office.pk)
        progress(0.5, "compare")
        changes = compare(office, given, zone)
        if changes.is_empty:
            return Taken(None, changes)
        if kind != Act.Kind.PHONE:
            told = {(one["kind"], one["key"]): "" for one in changes.unknown}
            modelling.remember(office, {**told, **(chosen or {})})
        act = acts.begin(
            office,
            kind,
            person,
            {**about, "sha256": given.sha256, "counts": changes.as_dict()},
        )
        _store(act, given, changes, zone or office.time_zone, progress)
        act.save()
        record(
            f"patrols.{kind}",
            object_uuid=act.uuid,
            object_key=office.key,
            changes={"file": about.get("file", ""), "counts": changes.as_dict()},
            office=office.uuid,
        )
        sealing()
    return Taken(act, changes)


def _store(act: Act, given: Given, changes: Changes, zone: str, progress: Progress) -> None:
    """Begin and end what the act does, and note it there."""
    began: dict[str, list[str]] = {name: [] for name in acts.MODELS}
    ended: dict[str, list[str]] = {name: [] for name in acts.MODELS}
    if given.model is not None and changes.model != "same":
        before = modelling.standing(act.office)
        if before is not None:
            ended["models"].append(str(before.uuid))
            before.ended = act
            before.save(update_fields=["ended"])
        began["models"].append(str(modelling.store_model(act, given.model.content).uuid))
    for row in (*changes.forms.standing, *changes.incidents.standing):
        ended["forms" if isinstance(row, Form) else "incidents"].append(str(row.uuid))
        row.ended = act
        row.save(update_fields=["ended"])
    began["forms"] = [str(records.store_form(act, one).uuid) for one in changes.forms.coming]
    began["incidents"] = [
        str(records.store_incident(act, one, zone).uuid) for one in changes.incidents.coming
    ]
    began["messages"] = gathering.write(act, changes.drafts)
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
