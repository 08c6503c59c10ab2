"""Pictures for those who may see them: addresses of variants without metadata, made from pixels alone.

`url_of` is for templates of every room. A thumbnail is made when a card is read; the preview, which costs
eight times as much time and ten times as much space, when somebody looks first: most are never looked at
large. Both go by the random identifier of the row; each request is authorised anew (`picture_views`).
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from amur.formats.cards.readers import Reader
from amur.formats.media.problems import MediaProblem
from amur.portal.cameras import people, store
from amur.portal.cameras.models import Media
from amur.portal.offices.models import Person
from amur.portal.offices.policies import Subject, Verb, may

Variant = Literal["thumb", "preview"]
PARTS: Final[dict[Variant, store.Part]] = {"thumb": "thumbs", "preview": "previews"}

_reader: Final = Reader()
_one_at_a_time: Final = threading.Lock()


def url_of(media: Media, variant: Variant = "thumb") -> str:
    """The address of a picture 512 (`thumb`) or 1600 pixels wide; "" where only the row came in."""
    if not media.sha256:
        return ""
    return reverse("camera-picture", kwargs={"uuid": media.uuid, "variant": variant})


def media_for(person: Person | AnonymousUser, uuid: UUID) -> Media | None:
    """The picture, for those who see the raw records of its office and the people on it; None for others."""
    media = Media.objects.select_related("project").filter(uuid=uuid).first()
    if media is None or not may(person, Verb.VIEW, Subject.CAMERAS, media.project.office_id):
        return None
    return None if people.hidden_from(person, media) else media


def file_of(sha256: str, media_type: str, variant: Variant) -> Path | None:
    """The JPEG of a picture, or of the first picture of a video; None where it cannot be drawn."""
    part = PARTS[variant]
    place = store.path_of(sha256, part)
    if place.is_file():
        return place
    original = store.path_of(sha256)
    if not original.is_file():
        return None
    with _one_at_a_time:
        try:
            if variant == "preview":
                data = _reader.preview(original, media_type)
            else:
                data = _reader.look(original, media_type).thumbnail
        except MediaProblem:
            return None
    return store.put(sha256, part, data) if data else None
