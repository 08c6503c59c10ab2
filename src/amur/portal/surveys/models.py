"""Camera surveys: which deployments, by which rules; and the numbers that a run made of them.

What tells a station, a day or where an animal was met lies in a file beside the database (`files`), never in
the row of the numbers: what is not in the row cannot leave with it.
"""

import secrets
import uuid

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.fields import MultilingualField
from amur.portal.release.entry import refuse_coordinates


def random_key() -> str:
    """A key for numbers that nobody has named."""
    return f"survey-{secrets.token_hex(6)}"


class CameraSurvey(models.Model):
    """Deployments of an office's projects in a period (local days), chosen by place and by words, and rules.

    `area_key` is an area of the register, `place` a drawn polygon; both empty mean everywhere. `groups` are
    words of which a deployment has one among its groups or tags, all where there is none. `rules` are those
    of `amur.science.cameras.Rules`, with `level` of observations.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    names = MultilingualField(_("names"), blank=False)
    projects = models.ManyToManyField(
        "cameras.CameraProject", related_name="+", verbose_name=_("camera projects")
    )
    area_key = models.CharField(_("key of the area"), max_length=120, blank=True)
    place = models.MultiPolygonField(_("place"), srid=4326, null=True, blank=True)
    groups = models.JSONField(_("groups and tags"), default=list, blank=True)
    period_start = models.DateField(_("first day"))
    period_end = models.DateField(_("last day"))
    rules = models.JSONField(_("rules"), default=dict)
    created = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("camera survey")
        verbose_name_plural = _("camera surveys")
        ordering = ("-created", "pk")

    def __str__(self) -> str:
        return str(self.names)

    def clean(self) -> None:
        refuse_coordinates(self, ("names",))


class SurveyNumbers(models.Model):
    """The numbers of a survey. Unpublished until the office releases them.

    `tables` are those of `amur.science.cameras.compute` that tell no station, by name: columns and rows, None
    is unknown; `sha256` is the file with the others. `caught_at` is the number of stations that met a known
    animal. `counts` are those of the inputs.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True, default=random_key)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    survey = models.ForeignKey(
        CameraSurvey, models.PROTECT, related_name="numbers", verbose_name=_("camera survey")
    )
    names = MultilingualField(_("names"), blank=False)
    notes = MultilingualField(_("notes"))
    run = models.ForeignKey("runs.Run", models.PROTECT, related_name="+", verbose_name=_("run"))
    input_hash = models.CharField(_("hash of all inputs"), max_length=64, db_index=True, editable=False)
    period_start = models.DateField(_("first day"), editable=False)
    period_end = models.DateField(_("last day"), editable=False)
    rules = models.JSONField(_("rules"), default=dict, editable=False)
    counts = models.JSONField(_("counts of the inputs"), default=dict, editable=False)
    tables = models.JSONField(_("tables"), default=dict, editable=False)
    caught_at = models.PositiveIntegerField(_("stations that met a known animal"), null=True, editable=False)
    sha256 = models.CharField(_("SHA-256 of the tables by station"), max_length=64, editable=False)
    simulated = models.BooleanField(_("simulated"), default=False, editable=False)
    created = models.DateTimeField(_("computed"), auto_now_add=True)
    is_published = models.BooleanField(_("published"), default=False)

    class Meta:
        verbose_name = _("numbers of a camera survey")
        verbose_name_plural = _("numbers of camera surveys")
        ordering = ("-created", "pk")
        constraints = (
            models.UniqueConstraint(fields=("survey", "input_hash"), name="the_same_is_counted_once"),
        )

    def __str__(self) -> str:
        return str(self.names) or self.key

    def clean(self) -> None:
        refuse_coordinates(self, ("names", "notes"))
