"""Lets a machine look at the sequences of a deployment: the station's background, or a network of an office.

Gives statements that are not stored yet; the run (`work`) stores them as suggestions of an act.
"""

import math
from collections.abc import Sequence
from typing import Final, Protocol

from django.utils import timezone

from amur.formats.cameratraps.detectors import Detection
from amur.formats.detectors import Classifier, Detector, roll_up
from amur.formats.detectors.inputs import crop
from amur.portal.cameras.models import Deployment, Event, Media, Observation
from amur.portal.review import images
from amur.science.detection import Frame, background_of, closest, find, prepare

BACKGROUND: Final = "station background 1"
POOL: Final = (
    120  # sequences of a deployment, spread over its time, among which frames in like light are sought
)
MOST_PICTURES: Final = 60  # of one sequence
SURE_OF_SPECIES: Final = 0.65


class Looker(Protocol):
    """Something that looks at sequences."""

    name: str

    def arrive(self, deployment: Deployment) -> None:
        """Get ready for the sequences of a deployment."""
        ...

    def look(self, event: Event, media: Sequence[Media]) -> list[Observation]:
        """What it suggests of the pictures of a sequence; nothing of those that it cannot read or judge."""
        ...


class StationBackground:
    """The default that needs no weights."""

    name = BACKGROUND

    def __init__(self) -> None:
        self._pool: list[tuple[int, Frame]] = []

    def arrive(self, deployment: Deployment) -> None:
        keys = list(
            Event.objects.filter(deployment=deployment).order_by("start").values_list("pk", flat=True)
        )
        chosen = keys[:: max(math.ceil(len(keys) / POOL), 1)]
        firsts: dict[int, Media] = {}
        for media in Media.objects.filter(event__in=chosen).order_by("captured", "pk"):
            if media.event_id is not None:
                firsts.setdefault(media.event_id, media)
        self._pool = [
            (key, prepare(picture))
            for key, media in firsts.items()
            if (picture := images.read(media, "thumb")) is not None
        ]

    def look(self, event: Event, media: Sequence[Media]) -> list[Observation]:
        seen = [
            (one, prepare(picture)) for one in media if (picture := images.read(one, "thumb")) is not None
        ]
        if not seen:
            return []
        others = [frame for key, frame in self._pool if key != event.pk]
        background = background_of([others[k] for k in closest(seen[0][1], others)])
        said = []
        for number, (one, frame) in enumerate(seen):
            mates = [other for k, (_media, other) in enumerate(seen) if k != number]
            found = find(frame, background, mates)
            if found.basis == "none":
                continue
            kind = Observation.Type.BLANK if found.box is None else Observation.Type.UNKNOWN
            said.append(suggestion(event, one, self.name, kind, found.score, found.box))
        return said


class Networks:
    """A detector of an office, and a classifier that names what is in its boxes."""

    def __init__(self, detector: Detector, classifier: Classifier | None) -> None:
        self._detector, self._classifier = detector, classifier
        self.name = detector.name if classifier is None else f"{detector.name} + {classifier.name}"

    def arrive(self, deployment: Deployment) -> None:
        """Networks know nothing of stations."""

    def look(self, event: Event, media: Sequence[Media]) -> list[Observation]:
        said = []
        for one in media:
            picture = images.read(one, "preview")
            if picture is None:
                continue
            found = self._detector.detect([picture])[0]
            if not found:
                said.append(suggestion(event, one, self.name, Observation.Type.BLANK, None, None))
            said += [self._said(event, one, picture, detection) for detection in found]
        return said

    def _said(self, event: Event, media: Media, picture: images.Picture, found: Detection) -> Observation:
        one = suggestion(event, media, self.name, found.category, found.confidence, found.box)
        if self._classifier is not None and found.category == Observation.Type.ANIMAL:
            name = roll_up(self._classifier.classify([crop(picture, found.box)])[0], SURE_OF_SPECIES)
            if name.kind == "animal" and name.rank:
                one.scientific_name = name.name
                one.comments = f"{name.rank} {name.probability:.2f}"
        return one


def suggestion(
    event: Event,
    media: Media,
    name: str,
    kind: str,
    score: float | None,
    box: tuple[float, float, float, float] | None,
) -> Observation:
    """A statement of a machine about a picture."""
    left, top, width, height = box or (None, None, None, None)
    return Observation(
        deployment_id=event.deployment_id,
        media=media,
        event=event,
        start=media.captured,
        end=media.captured,
        level=Observation.Level.MEDIA,
        type=kind,
        status=Observation.Status.SUGGESTED,
        box_left=left,
        box_top=top,
        box_width=width,
        box_height=height,
        method=Observation.Method.MACHINE,
        classified_by=name,
        classified_at=timezone.now(),
        probability=score,
    )
