"""Photographs, documents, video and audio files of the offices.

A row tells what a file is; the bytes lie in `store`, named by their hash. What the public gets are the row's
`variants`, made by `rendering` and served by `views`; the original never leaves the office.
"""

import secrets
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.dates import reduced_date
from amur.portal.languages.fields import MultilingualField
from amur.portal.release.entry import refuse_coordinates


class Kind(models.TextChoices):
    """What a file is to a reader."""

    PICTURE = "picture", _("picture")
    DOCUMENT = "document", _("document")
    VIDEO = "video", _("video")
    AUDIO = "audio", _("audio recording")


class Licence(models.TextChoices):
    """Under which terms others may use a file; the codes are those of SPDX."""

    OWN = "own", _("all rights reserved")
    CC0 = "CC0-1.0", "CC0 1.0"
    CC_BY = "CC-BY-4.0", "CC BY 4.0"
    CC_BY_SA = "CC-BY-SA-4.0", "CC BY-SA 4.0"
    CC_BY_NC = "CC-BY-NC-4.0", "CC BY-NC 4.0"
    CC_BY_NC_SA = "CC-BY-NC-SA-4.0", "CC BY-NC-SA 4.0"
    CC_BY_ND = "CC-BY-ND-4.0", "CC BY-ND 4.0"
    CC_BY_NC_ND = "CC-BY-NC-ND-4.0", "CC BY-NC-ND 4.0"


def random_key() -> str:
    """A key for a file that nobody has named."""
    return f"file-{secrets.token_hex(6)}"


class MediaFile(models.Model):
    """A file of an office. Width and height in pixels as shown, duration in seconds; null is unknown."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True, default=random_key)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, editable=False)
    name = models.CharField(_("name of the uploaded file"), max_length=200, editable=False)
    sha256 = models.CharField(_("SHA-256 of the original"), max_length=64, editable=False, db_index=True)
    media_type = models.CharField(_("media type"), max_length=60, editable=False)
    size = models.PositiveBigIntegerField(_("size, bytes"), editable=False)
    width = models.PositiveIntegerField(_("width, pixels"), null=True, editable=False)
    height = models.PositiveIntegerField(_("height, pixels"), null=True, editable=False)
    duration_s = models.FloatField(_("duration, seconds"), null=True, editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    alt = MultilingualField(
        _("text instead of the picture"),
        help_text=_("What the picture shows, for those who cannot see it. Needed in each language of use."),
    )
    caption = MultilingualField(_("caption"), help_text=_("For a document its title."))
    credit = MultilingualField(_("credit"), help_text=_("Who made it, as it should stand beside it."))
    licence = models.CharField(_("licence"), max_length=20, choices=Licence.choices, default=Licence.OWN)
    taken = models.CharField(
        _("taken"),
        max_length=10,
        blank=True,
        validators=[reduced_date],
        help_text=_("As you know it. What the camera wrote into the file is not taken over."),
    )
    captions = MultilingualField(
        _("subtitles (WebVTT)"), help_text=_("For a video or audio recording: begins with WEBVTT.")
    )
    is_published = models.BooleanField(_("published"), default=False)
    variants = models.JSONField(_("served copies"), default=dict, editable=False)
    added = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("photographs and files")
        ordering = ("-added", "-pk")
        constraints = (models.UniqueConstraint(fields=("office", "sha256"), name="a_file_is_stored_once"),)

    def __str__(self) -> str:
        return str(self.caption) or str(self.alt) or self.name or self.key

    def clean(self) -> None:
        refuse_coordinates(self, ("alt", "caption", "credit", "captions"))
        wrong = [
            code
            for code, one in self.captions.texts.items()
            if not one.text.lstrip("\ufeff").startswith("WEBVTT")
        ]
        if wrong:
            raise ValidationError(
                {"captions": _("Subtitles are WebVTT: the first line is WEBVTT (%s).") % ", ".join(wrong)}
            )
        if self.is_published and self.kind == Kind.PICTURE and not self.alt:
            raise ValidationError(
                {"alt": _("A picture is published with a text that tells what it shows; write it first.")}
            )
        if self.is_published and self.kind == Kind.DOCUMENT and not self.caption:
            raise ValidationError({"caption": _("A document is published with its title; write it first.")})

    @property
    def is_ready(self) -> bool:
        """Whether its served copies are made."""
        return bool(self.variants)

    def address(self, variant: str) -> str:
        """Where a served copy is found, such as `960.webp`; whether one may have it is asked there."""
        return reverse("media-file", kwargs={"uuid": self.uuid, "variant": variant})

    def variant(self, name: str) -> dict[str, Any] | None:
        """What is known of a served copy: sha256, media type, size in bytes, width and height."""
        found: dict[str, Any] | None = self.variants.get(name)
        return found
