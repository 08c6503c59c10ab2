"""What the review room keeps besides the camera records: networks of offices, suggestions by sequence.

Statements about pictures are `cameras` observations, made and ended by acts. A `Suggestion` is a summary of
the standing suggestions of a sequence, so that the queues of machines are one look into an index;
`suggestions.summarise` can make it anew at any time.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Network(models.Model):
    """A network that an office has supplied: its files lie in `networks.folder()`, by `uuid`."""

    class Task(models.TextChoices):
        DETECTOR = "detector", _("finds animals, people and vehicles")
        CLASSIFIER = "classifier", _("names what a box shows")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=200)
    task = models.CharField(_("task"), max_length=12, choices=Task.choices)
    licence = models.CharField(_("licence"), max_length=200)
    source = models.CharField(_("source"), max_length=500, blank=True)
    sha256 = models.CharField(_("SHA-256 of the weights"), max_length=64)
    manifest = models.CharField(_("file of the manifest"), max_length=200)
    created = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("office", "sha256"), name="a_network_stands_once_in_an_office"),
        )

    def __str__(self) -> str:
        return self.name


class Threshold(models.Model):
    """The score from which a sequence counts as "not blank" in the queues of a project."""

    project = models.OneToOneField(
        "cameras.CameraProject", models.CASCADE, related_name="threshold", verbose_name=_("project")
    )
    value = models.FloatField(_("threshold"))

    class Meta:
        verbose_name = _("threshold of a project")
        verbose_name_plural = _("thresholds of projects")


class Suggestion(models.Model):
    """What a machine suggests of a whole sequence: the strongest of its suggestions that are not blank.

    `score` is 0 for a sequence that is blank in all its pictures. `waits` is true until people have accepted
    something about the sequence.
    """

    event = models.OneToOneField(
        "cameras.Event",
        models.CASCADE,
        related_name="suggestion",
        verbose_name=pgettext_lazy("camera", "sequence"),
    )
    project = models.ForeignKey(
        "cameras.CameraProject", models.CASCADE, related_name="+", verbose_name=_("project")
    )
    type = models.CharField(_("type"), max_length=12)
    scientific_name = models.CharField(_("scientific name"), max_length=120, blank=True)
    score = models.FloatField(_("score"))
    waits = models.BooleanField(_("waits for people"), default=True)

    class Meta:
        verbose_name = _("suggestion of a machine")
        verbose_name_plural = _("suggestions of machines")
        indexes = (
            models.Index(
                fields=("project", "score", "event"),
                condition=models.Q(waits=True),
                name="suggestions_that_wait",
            ),
            models.Index(fields=("project", "waits", "event"), name="suggestions_by_project"),
        )
