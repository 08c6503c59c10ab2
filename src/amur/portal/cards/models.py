"""Memory cards on their way in: a card that is read for a deployment, and what became of each of its files.

A row of `CardFile` is the receipt of a file: it is written in small transactions after the original is safe
in the store, so that a killed reading goes on where it was. Pictures of an open card are seen by nobody but
the people who work on it; finishing it makes them `cameras.Media`, all together.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MemoryCard(models.Model):
    """A card for a deployment. `corrections` are those of its clock, in their order (see `clocks`)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("memory card", "open")
        FINISHED = "finished", pgettext_lazy("memory card", "finished")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    deployment = models.ForeignKey(
        "cameras.Deployment", models.CASCADE, related_name="cards", verbose_name=_("deployment")
    )
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    source = models.CharField(_("where it lay"), max_length=400, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    corrections = models.JSONField(_("corrections of the clock"), default=list, blank=True)
    run = models.ForeignKey(
        "runs.Run", models.SET_NULL, related_name="+", null=True, verbose_name=_("last reading")
    )
    person = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", null=True, verbose_name=_("person")
    )
    created = models.DateTimeField(_("added"), auto_now_add=True)
    finished = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("memory card")
        verbose_name_plural = _("memory cards")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.deployment.code} {self.created:%Y-%m-%d}" if self.created else self.deployment.code


class CardFile(models.Model):
    """What became of one file. `shown` is what the camera's clock showed, without zone; "" for nothing."""

    class State(models.TextChoices):
        ARRIVING = "arriving", pgettext_lazy("file of a card", "not wholly uploaded")
        WAITING = "waiting", pgettext_lazy("file of a card", "waits to be read")
        TAKEN = "taken", pgettext_lazy("file of a card", "taken")
        TWICE = "twice", pgettext_lazy("file of a card", "the same as another file of the card")
        KNOWN = "known", pgettext_lazy("file of a card", "already in the project")
        REFUSED = "refused", pgettext_lazy("file of a card", "refused")
        PASSED = "passed", pgettext_lazy("file of a card", "passed over")

    card = models.ForeignKey(MemoryCard, models.CASCADE, related_name="files", verbose_name=_("memory card"))
    name = models.CharField(_("name on the card"), max_length=400)
    size = models.PositiveBigIntegerField(_("size, bytes"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    problem = models.JSONField(_("why it was refused"), null=True, blank=True)
    like = models.CharField(_("the same as"), max_length=520, blank=True)
    sha256 = models.CharField(_("SHA-256 of the original"), max_length=64, blank=True)
    media_type = models.CharField(_("media type"), max_length=60, blank=True)
    shown = models.CharField(_("time by the camera's clock"), max_length=26, blank=True)
    shown_by_file = models.BooleanField(_("time of the file alone"), default=False)
    width = models.PositiveIntegerField(_("width, pixels"), null=True)
    height = models.PositiveIntegerField(_("height, pixels"), null=True)
    duration_s = models.FloatField(_("duration, seconds"), null=True)
    dhash = models.CharField(_("perceptual hash"), max_length=16, blank=True)
    infrared = models.BooleanField(_("taken in infrared light"), null=True)
    told = models.JSONField(_("what the camera wrote"), default=dict, blank=True)

    class Meta:
        verbose_name = _("file of a card")
        verbose_name_plural = _("files of cards")
        ordering = ("card", "pk")
        constraints = (models.UniqueConstraint(fields=("card", "name"), name="a_file_is_on_a_card_once"),)
        indexes = (models.Index(fields=("card", "sha256"), name="card_files_by_content"),)

    def __str__(self) -> str:
        return self.name
