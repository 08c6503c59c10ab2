"""What is to be translated and how far it is: the work list, which `following` keeps in step.

Pages and records stay the truth; rows here follow from them and can be made again with `actions.rebuild`, all
but the claims and the snapshots: what the source said when each segment was translated.
"""

import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import LANGUAGES
from amur.portal.languages.fields import MultilingualField


class WorkState(models.TextChoices):
    """How far an item is in a language; the language of its source text has `source`."""

    MISSING = "missing", _("missing")
    MACHINE = "machine", _("machine translation")
    DRAFT = "draft", _("draft")
    REVIEWED = "reviewed", _("reviewed")
    OUTDATED = "outdated", _("outdated")
    SOURCE = "source", _("source text")


class Item(models.Model):
    """A page or record with texts; `changed` is when its source text last changed, null where unknown."""

    kind = models.CharField(_("kind"), max_length=40)
    subject = models.UUIDField()
    office = models.ForeignKey("offices.Office", models.CASCADE, null=True, related_name="+")
    module = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    source_language = models.CharField(max_length=8)
    is_public = models.BooleanField(default=False)
    changed = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("item to translate")
        verbose_name_plural = _("items to translate")
        constraints = (models.UniqueConstraint(fields=("kind", "subject"), name="an_item_is_listed_once"),)

    def __str__(self) -> str:
        return self.title


class ItemState(models.Model):
    """An item in one language. `rank` orders the work: the most urgent first, 9 for what needs none.

    `state` is what readers meet (or the draft's state while nothing is public); `draft_state` is that of a
    newer draft. A claim says who translates it now.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="states")
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=10, choices=WorkState.choices)
    draft_state = models.CharField(max_length=10, choices=WorkState.choices, blank=True)
    is_public = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=9)
    segments = models.PositiveIntegerField(default=0)
    changed_segments = models.PositiveIntegerField(default=0)
    translated = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey("offices.Person", models.SET_NULL, null=True, related_name="+")
    claimed = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("state of a translation")
        verbose_name_plural = _("states of translations")
        constraints = (models.UniqueConstraint(fields=("item", "language"), name="a_state_is_noted_once"),)
        indexes: ClassVar[list[Any]] = [models.Index(fields=("language", "rank"))]

    def __str__(self) -> str:
        return f"{self.item} ({self.language}: {self.state})"


class TranslatedSegment(models.Model):
    """What the source said when a segment was translated, and the translation then.

    In the item's own source language it is the source text as last seen. `is_draft` rows belong to a page's
    draft that is not published yet.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="snapshots")
    segment = models.CharField(max_length=200)
    language = models.CharField(max_length=8)
    is_draft = models.BooleanField(default=False)
    source_hash = models.CharField(max_length=64)
    source_text = models.TextField()
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=WorkState.choices)
    who = models.ForeignKey("offices.Person", models.SET_NULL, null=True, related_name="+")
    written = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("translated segment")
        verbose_name_plural = _("translated segments")
        constraints = (
            models.UniqueConstraint(
                fields=("item", "language", "segment", "is_draft"), name="a_segment_is_kept_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.segment} ({self.language})"


class Term(models.Model):
    """A term of the field in four languages, with the variants that are not to be used."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=80, unique=True)
    names = MultilingualField(_("term"), blank=False)
    forbidden = models.JSONField(
        _("not to be used"),
        default=list,
        blank=True,
        help_text=_("One a line, the language first, such as ru: дальневосточный тигр"),
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("term of the glossary")
        verbose_name_plural = _("glossary")
        ordering = ("key",)

    def __str__(self) -> str:
        return str(self.names) or self.key

    def clean(self) -> None:
        for line in self.forbidden:
            code, colon, words = str(line).partition(":")
            if not colon or code.strip() not in LANGUAGES or not words.strip():
                raise ValidationError(
                    {
                        "forbidden": _(
                            "“%(line)s”: write the language (en, ru, zh-hans, mn), a colon, then the words."
                        )
                        % {"line": line}
                    }
                )

    def variants(self, language: str) -> list[str]:
        """What is not to be used in a language."""
        pairs = [str(line).partition(":") for line in self.forbidden]
        return [words.strip() for code, _colon, words in pairs if code.strip() == language]
