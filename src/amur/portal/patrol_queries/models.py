"""Questions that people keep, the answers of each month, and what tracks tell of each day.

A question belongs to an office and speaks of its patrols; it is seen by its owner, and when it is shared by
whoever may see patrols of the office.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedQuestion(models.Model):
    """A question under a name. `question` is `asking.Question.as_dict()`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    owner = models.ForeignKey("offices.Person", models.PROTECT, related_name="+", verbose_name=_("owner"))
    name = models.CharField(_("name"), max_length=120)
    question = models.JSONField(_("question"), default=dict)
    is_shared = models.BooleanField(_("shared with the office"), default=False)
    is_monthly = models.BooleanField(_("answered each month"), default=False)
    made = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("saved question")
        verbose_name_plural = _("saved questions")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class KeptAnswer(models.Model):
    """What a saved question was answered for a month; never changed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    saved = models.ForeignKey(SavedQuestion, models.CASCADE, related_name="answers")
    month = models.DateField(_("month"))
    at = models.DateTimeField(_("time"), auto_now_add=True)
    answer = models.JSONField(_("answer"), default=dict)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        ordering = ("-month",)
        constraints = (models.UniqueConstraint(fields=("saved", "month"), name="a_month_is_answered_once"),)


class TrackSummary(models.Model):
    """What the fixes of a patrol tell: for each leg day its key and the numbers of `tracks.COLUMNS`."""

    patrol = models.OneToOneField("patrols.Patrol", models.CASCADE, related_name="+")
    days = models.JSONField(default=list)

    class Meta:
        verbose_name = _("summary of tracks")
        verbose_name_plural = _("summaries of tracks")
