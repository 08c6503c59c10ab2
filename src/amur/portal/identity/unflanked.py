"""The queue "cats without flank" of the review: animals with marked coats whose flank nobody has drawn yet.

A sequence waits while an encounter in it has only whole pictures for flanks, or while nothing was gathered
from it. It leaves the queue with the first box, be it a person's or a detector's, when somebody says that a
whole picture is the flank, when no coat is to be seen in any picture, or when the animal cannot be told.
"""

from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields import CharField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amur.portal.cameras.models import CameraProject, Event, Media, Observation
from amur.portal.identity.gathering import gather
from amur.portal.identity.models import Encounter, Flank
from amur.portal.identity.queries import MARKED
from amur.portal.offices.models import Person
from amur.portal.review.queues import Queue, Task

NAME: Final = "no-flank"
DRAWN: Final = ~Q(origin=Flank.Origin.WHOLE) | ~Q(drawn_by=None)
"""A flank that somebody or a detector has found, other than a picture taken whole for want of a box."""


def rows(project: CameraProject, person: Person) -> "QuerySet[Event]":
    """The sequences of a project that wait for a flank, for anybody.

    Nothing but the cats leads to them: asked for the project, too, SQLite would go through all its sequences.
    """
    cats = _cats()
    led_to = reduce(or_, (Q(pk__in=one.filter(project=project).values("event")) for one in cats))
    shown = Media.objects.filter(event=OuterRef("pk"), media_type__startswith="image/").exclude(sha256=None)
    told = Encounter.objects.filter(event=OuterRef("event"), gone=None).annotate(
        name=Cast(OuterRef("scientific_name"), CharField())
    )
    untold = ~Exists(told.filter(name__startswith=F("species")))
    unknown = reduce(or_, (Exists(one.filter(untold, event=OuterRef("pk"))) for one in cats))
    undrawn = _undrawn().filter(event=OuterRef("pk"))
    return Event.objects.filter(led_to, Exists(undrawn) | unknown, Exists(shown))


def to_draw(event: Event) -> Encounter | None:
    """Gather the sequence; the first encounter in it that waits for a flank, else its first one.

    None where no animal with a marked coat is accepted in it.
    """
    gather(event.project, event)
    there = Encounter.objects.filter(event=event, gone=None).order_by("pk")
    return _undrawn().filter(event=event).order_by("pk").first() or there.first()


def _cats() -> "list[QuerySet[Observation]]":
    """Accepted observations of animals with marked coats; those of no sequence lead to none.

    A species and its subspecies are a span of an index: "!" comes after the space and before letters. SQLite
    reads no more than the span where it is asked for one at a time.
    """
    return [
        Observation.objects.filter(
            ended=None,
            type=Observation.Type.ANIMAL,
            status=Observation.Status.ACCEPTED,
            scientific_name__gte=name,
            scientific_name__lt=f"{name}!",
        )
        for name in MARKED
    ]


def _undrawn() -> "QuerySet[Encounter]":
    """Encounters that have only whole pictures for flanks."""
    flanks = Flank.objects.filter(encounter=OuterRef("pk"), ended=None)
    return Encounter.objects.filter(Exists(flanks), ~Exists(flanks.filter(DRAWN)), gone=None).exclude(
        state=Encounter.State.UNTOLD
    )


QUEUE: Final = Queue(
    NAME,
    _("Cats without flank"),
    _("Their coats tell who they are. Draw the flank, so that they can be compared."),
    rows,
    task=Task(_("Draw the flank"), lambda event: reverse("identity-begin", kwargs={"uuid": event.uuid})),
)
