"""What is kept of visits (counts only) and of choices (receipts). Written by `store` and `consent` alone.

Receipts and the texts they refer to are append-only: the database itself refuses to change or delete them
(see the migration, which makes their tables and leaves them "unmanaged", so that `manage.py flush` empties
everything else). Nothing here names a person, a network address or a browser.
"""

import uuid
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class PageCount(models.Model):
    """How often a public page was read in one hour, by language, source and kind of device."""

    class Device(models.TextChoices):
        COMPUTER = "computer", _("Computer")
        PHONE = "phone", _("Telephone")
        TABLET = "tablet", _("Tablet")

    day = models.DateField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour"), validators=[MaxValueValidator(23)])
    language = models.CharField(_("language of the address"), max_length=10)
    path = models.CharField(_("page"), max_length=300)
    referrer = models.CharField(_("site that the link was on"), max_length=100, blank=True)
    device = models.CharField(_("kind of device"), max_length=8, choices=Device.choices)
    views = models.PositiveIntegerField(_("page views"), default=0)
    readers = models.PositiveIntegerField(_("readers"), default=0)
    visits = models.PositiveIntegerField(_("visits"), default=0)

    class Meta:
        verbose_name = _("count of page views")
        verbose_name_plural = _("counts of page views")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("day", "hour", "language", "path", "referrer", "device"), name="one_count_of_a_page"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.hour:02}:00 {self.path}: {self.views}"


class SearchCount(models.Model):
    """How often some words were searched for on a day, and how often nothing was found."""

    day = models.DateField(_("day"))
    language = models.CharField(_("language of the address"), max_length=10)
    words = models.CharField(_("words"), max_length=60)
    searches = models.PositiveIntegerField(_("searches"), default=0)
    unanswered = models.PositiveIntegerField(_("searches without a result"), default=0)

    class Meta:
        verbose_name = _("count of searches")
        verbose_name_plural = _("counts of searches")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("day", "language", "words"), name="one_count_of_words"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.words}: {self.searches}"


class NoticeText(models.Model):
    """The very words somebody was shown before choosing, by their hash."""

    hash = models.CharField(_("hash of the text"), max_length=32, unique=True)
    language = models.CharField(_("language"), max_length=10)
    text = models.TextField(_("text"))

    class Meta:
        managed = False
        db_table = "visitors_noticetext"
        verbose_name = _("text of a notice")
        verbose_name_plural = _("texts of notices")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hash} ({self.language})"


class Receipt(models.Model):
    """One choice of one visitor, without anything that says who."""

    class Action(models.TextChoices):
        GRANT = "grant", _("agreed")
        REFUSE = "refuse", _("refused")
        CHANGE = "change", _("changed")
        WITHDRAW = "withdraw", _("withdrawn")

    class Source(models.TextChoices):
        NOTICE = "notice", _("the notice on a page")
        PAGE = "page", _("the page of privacy choices")
        RECEIPT = "receipt", _("a receipt")

    uuid = models.UUIDField(_("number of the receipt"), default=uuid.uuid4, unique=True)
    action = models.CharField(_("what was done"), max_length=8, choices=Action.choices)
    purposes: Any = models.JSONField(_("purposes, each with yes or no"))
    notice = models.CharField(_("version of the notice"), max_length=32)
    text_hash = models.CharField(_("hash of the text that was shown"), max_length=32)
    language = models.CharField(_("language of the text"), max_length=10)
    variant = models.CharField(_("form of the page"), max_length=20)
    source = models.CharField(_("where it was chosen"), max_length=8, choices=Source.choices)
    gpc = models.BooleanField(_("the browser asked for privacy (Global Privacy Control)"))
    time = models.DateTimeField(_("time (UTC)"))
    expires = models.DateTimeField(_("asked again after (UTC)"))
    previous = models.UUIDField(_("receipt before this one"), null=True, unique=True)

    class Meta:
        managed = False
        db_table = "visitors_receipt"
        verbose_name = _("receipt of a choice")
        verbose_name_plural = _("receipts of choices")
        default_permissions = ()
        ordering = ("time", "pk")

    def __str__(self) -> str:
        return f"{self.uuid}: {self.action}"
