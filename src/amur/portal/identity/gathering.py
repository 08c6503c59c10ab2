"""From accepted observations to encounters and flanks: what there is to be identified in a project.

Done again at any time: it makes what is missing and marks what is no longer observed; what people drew and
said stays. A flank begins with the box of an observation, of a detector, or with the whole picture.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from amur.portal.cameras.models import CameraProject, Event, Media, Observation
from amur.portal.identity.models import Encounter, Flank
from amur.portal.identity.queries import MARKED, binomial

Key = tuple[int | None, int, str, str]
"""Sequence, deployment, species and the source's name of the individual."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """How many encounters are new, how many are no longer observed, and how many flanks are new."""

    made: int = 0
    gone: int = 0
    flanks: int = 0


def observed(project: CameraProject, event: Event | None = None) -> dict[Key, list[Observation]]:
    """The accepted observations of animals with marked coats, by what becomes one encounter.

    Those of a project, or of one sequence of it.

    Observations without a sequence stand for themselves: their key has the time in the place of a name.
    """
    rows = Observation.objects.filter(
        project=project,
        ended=None,
        status=Observation.Status.ACCEPTED,
        type=Observation.Type.ANIMAL,
    ).select_related("event")
    if event is not None:
        rows = rows.filter(event=event)
    found: dict[Key, list[Observation]] = {}
    for row in rows.order_by("start", "pk"):
        species = binomial(row.scientific_name)
        if species not in MARKED:
            continue
        name = row.individual or (row.start.isoformat() if row.event_id is None else "")
        found.setdefault((row.event_id, row.deployment_id, species, name), []).append(row)
    return _without_doubles(found)


def _without_doubles(found: dict[Key, list[Observation]]) -> dict[Key, list[Observation]]:
    """Where some pictures of a sequence name individuals, those that name none add no animal to it."""
    named = {(event, species) for event, _place, species, name in found if event is not None and name}
    return {
        key: rows for key, rows in found.items() if key[3] or key[0] is None or (key[0], key[2]) not in named
    }


@transaction.atomic
def gather(project: CameraProject, event: Event | None = None) -> Gathered:
    """Make the encounters and flanks that are missing; mark those no longer observed.

    Of a whole project, or of one sequence of it.
    """
    wanted = observed(project, event)
    rows = Encounter.objects.filter(project=project)
    if event is not None:
        rows = rows.filter(event=event)
    known = {_key_of(one): one for one in rows.filter(number=1)}
    made = [_encounter(project, key, found) for key, found in wanted.items() if key not in known]
    Encounter.objects.bulk_create(made, batch_size=500)
    there = {**known, **{_key_of(one): one for one in made}}
    events = {(key[0], key[2]) for key in wanted if key[0] is not None}
    gone = [
        one.pk
        for one in rows.filter(gone=None)
        if _key_of(one) not in wanted and (one.event_id, one.species) not in events
    ]
    Encounter.objects.filter(pk__in=gone).update(gone=timezone.now())
    back = [there[key].pk for key in wanted if there[key].gone is not None]
    Encounter.objects.filter(pk__in=back).update(gone=None)
    return Gathered(len(made), len(gone), _flanks(rows, there, wanted))


def _key_of(encounter: Encounter) -> Key:
    name = encounter.individual or (encounter.start.isoformat() if encounter.event_id is None else "")
    return encounter.event_id, encounter.deployment_id, encounter.species, name


def _encounter(project: CameraProject, key: Key, rows: list[Observation]) -> Encounter:
    event = rows[0].event
    return Encounter(
        project=project,
        deployment_id=key[1],
        event=event,
        species=key[2],
        individual=rows[0].individual,
        start=event.start if event else min(one.start for one in rows),
        end=event.end if event else max(one.end for one in rows),
    )


def _flanks(
    rows: "QuerySet[Encounter]", there: dict[Key, Encounter], wanted: dict[Key, list[Observation]]
) -> int:
    """Flanks for pictures that have none in any encounter of their sequence and species."""
    pictures = _pictures(wanted)
    drawn = set(
        Flank.objects.filter(encounter__in=rows).values_list(
            "media", "encounter__species", "encounter__individual"
        )
    )
    boxes = _boxes_of_detectors([media.pk for shown in pictures.values() for media, _row in shown])
    flanks = []
    for key, shown in pictures.items():
        encounter = there[key]
        for media, row in shown:
            if (media.pk, key[2], encounter.individual) in drawn:
                continue
            box = _box(row) if row else None
            origin = Flank.Origin.PERSON if row and row.method == "human" else Flank.Origin.DETECTOR
            if box is None:
                box, origin = boxes.get(media.pk), Flank.Origin.DETECTOR
            if box is None:
                box, origin = (0.0, 0.0, 1.0, 1.0), Flank.Origin.WHOLE
            left, top, width, height = box
            flanks.append(
                Flank(
                    encounter=encounter, media=media, observation=row, origin=origin,
                    left=left, top=top, width=width, height=height,
                )
            )  # fmt: skip
    Flank.objects.bulk_create(flanks, batch_size=500)
    return len(flanks)


def _pictures(wanted: dict[Key, list[Observation]]) -> dict[Key, list[tuple[Media, Observation | None]]]:
    """The pictures of each encounter with the observation that shows the animal in it, where one does.

    Observations of whole sequences stand for all their pictures, unless single pictures are told apart.
    """
    singles = {row.media_id: row.media_id for rows in wanted.values() for row in rows if row.media_id}
    by_pk = Media.objects.filter(media_type__startswith="image/").in_bulk(list(singles))
    whole = {key[0] for key, rows in wanted.items() if key[0] and not any(row.media_id for row in rows)}
    of_event: dict[int, list[Media]] = {}
    for media in Media.objects.filter(event__in=whole, media_type__startswith="image/"):
        of_event.setdefault(media.event_id or 0, []).append(media)
    found: dict[Key, list[tuple[Media, Observation | None]]] = {}
    for key, rows in wanted.items():
        single = [(by_pk[row.media_id], row) for row in rows if row.media_id in by_pk]
        found[key] = [*single] or [(media, None) for media in of_event.get(key[0] or 0, [])]
    return found


def _box(row: Observation) -> tuple[float, float, float, float] | None:
    if row.box_left is None or row.box_top is None or not row.box_width or not row.box_height:
        return None
    return row.box_left, row.box_top, row.box_width, row.box_height


def _boxes_of_detectors(media: Iterable[int]) -> dict[int, tuple[float, float, float, float]]:
    """The surest box of an animal that a machine suggests in each picture."""
    rows = Observation.objects.filter(
        media__in=list(media), ended=None, type=Observation.Type.ANIMAL, method=Observation.Method.MACHINE
    ).exclude(box_width=None)
    found: dict[int, tuple[float, float, float, float]] = {}
    for row in rows.order_by("probability", "pk"):
        box = _box(row)
        if box is not None and row.media_id is not None:
            found[row.media_id] = box
    return found
