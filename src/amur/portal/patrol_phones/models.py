"""Phones that may send, and all that they sent, as it came.

What a delivery says becomes messages, patrols and incidents of `amur.portal.patrols`; the bytes lie on the
disk (see `receiving`).
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Phone(models.Model):
    """A phone of an office. Its token is not kept, only the SHA-256 of it; `hint` are its first letters."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=120)
    token_hash = models.CharField(_("SHA-256 of the token"), max_length=64, unique=True)
    hint = models.CharField(_("first letters of the token"), max_length=8)
    given_at = models.DateTimeField(_("given"), auto_now_add=True)
    given_by = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", verbose_name=_("given by")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        "offices.Person",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("revoked by"),
    )

    class Meta:
        verbose_name = _("phone")
        verbose_name_plural = _("phones")
        ordering = ("office", "revoked_at", "name")

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """What a phone sent in one request. The same bytes again are the same delivery."""

    class State(models.TextChoices):
        KEPT = "kept", _("kept")
        TAKEN = "taken", _("taken over")
        REFUSED = "refused", _("refused")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    phone = models.ForeignKey(Phone, models.PROTECT, related_name="deliveries", verbose_name=_("phone"))
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    settled_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    encoding = models.CharField(_("packed as"), max_length=12, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices)
    messages = models.PositiveIntegerField(_("messages"), default=0)
    problems = models.JSONField(_("problems"), default=list, blank=True)

    class Meta:
        verbose_name = _("delivery of a phone")
        verbose_name_plural = _("deliveries of phones")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("phone", "sha256"), name="the_same_bytes_are_one_delivery"),
        )
        indexes = (models.Index(fields=("state", "phone"), name="deliveries_by_state"),)
