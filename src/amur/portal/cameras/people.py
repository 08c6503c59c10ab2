"""People on pictures: who may see such pictures, and which these are.

As soon as anybody or a machine says that a picture shows a person, it is seen only by those who are
responsible for the data of its office; nothing of it is ever public. The views of pictures ask `hidden_from`.
"""

from collections.abc import Iterable

from amur.portal.cameras.models import CameraProject, Event, Media, Observation
from amur.portal.cameras.queries import Viewer, may_in
from amur.portal.offices.policies import Verb


def may_see_people(person: Viewer, project: CameraProject) -> bool:
    """Whether somebody may see people on pictures of a project: those who may publish its data."""
    return may_in(person, Verb.PUBLISH, project)


def with_people(events: Iterable[Event]) -> set[int]:
    """The keys of sequences on which somebody was seen."""
    keys = [event.pk for event in events]
    seen = Observation.objects.filter(event__in=keys, ended=None, type=Observation.Type.HUMAN)
    return {key for key in seen.values_list("event", flat=True) if key is not None}


def hidden_from(person: Viewer, media: Media) -> bool:
    """Whether a picture shows a person, or is of a sequence that does, and is not for this viewer."""
    if may_see_people(person, media.project):
        return False
    seen = Observation.objects.filter(ended=None, type=Observation.Type.HUMAN)
    return seen.filter(media=media).exists() or (
        media.event_id is not None and seen.filter(event=media.event_id).exists()
    )
