"""A run: long or computed work with its inputs, so that a figure can be traced and repeated."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    LOST = "lost", _("lost")


class Run(models.Model):
    """One piece of work: what was asked, on which inputs, by which code, and what came of it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=60, db_index=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey("offices.Person", models.PROTECT, null=True, related_name="+")
    parameters = models.JSONField(_("parameters"), default=dict)
    inputs = models.JSONField(_("inputs with versions and hashes"), default=dict)
    input_hash = models.CharField(_("hash of kind, parameters and inputs"), max_length=64, db_index=True)
    code_version = models.CharField(_("version of the program"), max_length=40)
    seed = models.BigIntegerField(_("seed"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    progress = models.FloatField(_("progress, 0 to 1"), default=0.0)
    stage = models.CharField(_("stage"), max_length=80, blank=True)
    heartbeat = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    cancel_asked = models.BooleanField(_("cancel asked"), default=False)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    result = models.JSONField(_("result"), null=True, blank=True)
    problems = models.JSONField(_("problems"), default=list, blank=True)
    created = models.DateTimeField(_("asked"), auto_now_add=True)
    finished = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"
