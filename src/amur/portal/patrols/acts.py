"""Acts on patrols and data models: begun, undone. Nothing that came in is ever overwritten or deleted."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import Model

from amur.portal.audit.actions import record
from amur.portal.offices.models import Office, Person
from amur.portal.patrols.models import Act, DataModel, Form, Incident, Patrol, PhoneMessage

BATCH: Final = 500
MODELS: Final[Mapping[str, type[Model]]] = {
    "models": DataModel,
    "patrols": Patrol,
    "forms": Form,
    "incidents": Incident,
    "messages": PhoneMessage,
}
Rows = Mapping[str, list[str]]


class CannotUndo(Exception):
    """An act that is undone already, or on which later acts stand; `later` is one of those, if any."""

    def __init__(self, act: Act, later: Act | None) -> None:
        self.act, self.later = act, later
        super().__init__(f"act {act.uuid} cannot be undone")


def begin(
    office: Office, kind: Act.Kind, person: Person | None, about: Mapping[str, Any], undoes: Act | None = None
) -> Act:
    """Begin an act; `about` is JSON that tells what it was, such as the name of a file."""
    return Act.objects.create(office=office, kind=kind, person=person, about=dict(about), undoes=undoes)


def undo(act: Act, person: Person | None) -> Act:
    """End what an act began and let stand again what it ended; gives the act that does so.

    Raises CannotUndo where it is undone already, where a later act ended what it began, and where something
    else stands in the place of what it ended.
    """
    with transaction.atomic():
        act = Act.objects.select_for_update().select_related("office").get(pk=act.pk)
        if Act.objects.filter(undoes=act).exists():
            raise CannotUndo(act, None)
        began, ended = act.about.get("began", {}), act.about.get("ended", {})
        _require_standing(act, began)
        _require_room(act, began, ended)
        about = {"file": act.about.get("file", ""), "began": ended, "ended": began}
        undoing = begin(act.office, Act.Kind.UNDO, person, about, act)
        _set_ended(began, undoing)
        _set_ended(ended, None)
        record(
            "patrols.undo",
            object_uuid=undoing.uuid,
            object_key=act.office.key,
            changes={"undoes": str(act.uuid)},
            office=act.office.uuid,
        )
    return undoing


def _set_ended(rows: Rows, act: Act | None) -> None:
    for name, model in MODELS.items():
        for some in _batches(rows.get(name, [])):
            model._default_manager.filter(uuid__in=some).update(ended=act)


def _require_standing(act: Act, began: Rows) -> None:
    for name, model in MODELS.items():
        for some in _batches(began.get(name, [])):
            gone = model._default_manager.filter(uuid__in=some).exclude(ended=None)
            later = gone.values_list("ended", flat=True).first()
            if later is not None:
                raise CannotUndo(act, Act.objects.get(pk=later))


def _require_room(act: Act, began: Rows, ended: Rows) -> None:
    """Nothing else may stand in the place of what is to stand again."""
    models = DataModel.objects.filter(office=act.office, ended=None)
    if ended.get("models") and (other := models.exclude(uuid__in=began.get("models", [])).first()):
        raise CannotUndo(act, other.made)
    for name, model in (("patrols", Patrol), ("forms", Form), ("incidents", Incident)):
        ending = set(began.get(name, []))
        for some in _batches(ended.get(name, [])):
            codes = model._default_manager.filter(uuid__in=some).values("code")
            others = model._default_manager.filter(office=act.office, ended=None, code__in=codes)
            for row in others.select_related("made"):
                if str(row.uuid) not in ending:
                    raise CannotUndo(act, row.made)
    for some in _batches(ended.get("messages", [])):
        digests = PhoneMessage.objects.filter(uuid__in=some).values("digest")
        again = PhoneMessage.objects.filter(office=act.office, ended=None, digest__in=digests).first()
        if again is not None:
            raise CannotUndo(act, again.made)


def _batches(uuids: list[str]) -> list[list[str]]:
    return [uuids[first : first + BATCH] for first in range(0, len(uuids), BATCH)]
