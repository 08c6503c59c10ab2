"""Targets of patrol effort, and the reports that an office has made. Both belong to one office."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from amur.portal.patrols.measure_words import NAMES
from amur.portal.patrols.measuring import SHOWN


class Target(models.Model):
    """How much of a measure an office plans for a period; empty words mean all. Ended, not deleted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=200)
    measure = models.CharField(_("measure"), max_length=40, choices=[(key, NAMES[key][0]) for key in SHOWN])
    amount = models.FloatField(_("target"))
    start = models.DateField(_("start"))
    end = models.DateField(_("end"))
    station = models.CharField(_("station"), max_length=300, blank=True)
    team = models.CharField(_("team"), max_length=300, blank=True)
    mandate = models.CharField(_("mandate"), max_length=300, blank=True)
    transport = models.CharField(_("transport"), max_length=300, blank=True)
    ended = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("target of patrols")
        verbose_name_plural = _("targets of patrols")
        ordering = ("end", "pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_target_is_above_zero"),
            models.CheckConstraint(
                condition=models.Q(end__gte=models.F("start")), name="a_target_ends_after_its_start"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """A report or feedback sheets that a run has made, with their files. For the office: places are raw."""

    class Kind(models.TextChoices):
        REPORT = "report", _("report")
        SHEETS = "sheets", _("feedback sheets")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    run = models.UUIDField(_("run"), unique=True)
    start = models.DateField(_("start"))
    end = models.DateField(_("end"))
    language = models.CharField(_("language"), max_length=10)
    made_by = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", null=True, verbose_name=_("person")
    )
    made = models.DateTimeField(_("made"), auto_now_add=True)
    pdf = models.CharField(_("SHA-256 of the PDF"), max_length=64)
    docx = models.CharField(_("SHA-256 of the DOCX"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("report of patrols")
        verbose_name_plural = _("reports of patrols")
        ordering = ("-pk",)
