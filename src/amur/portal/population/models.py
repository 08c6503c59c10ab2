"""Surveys of the offices, agreements to analyse two of them together, and what came of an analysis.

The places of a survey are in its file (`files`) alone. A result never holds a detector, a capture, a centre
of activity or the name of a file: what is not in the row cannot leave with it.
"""

import secrets
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.fields import MultilingualField
from amur.portal.release.entry import refuse_coordinates

TERMS = "2026-11"
"""The version of the words to which an office agrees, see templates/population/terms.html."""


def random_key() -> str:
    """A key for a result that nobody has named."""
    return f"population-{secrets.token_hex(6)}"


class CaptureSurvey(models.Model):
    """A survey with detectors that know individuals: whose, of which species, when, and the hash of its file.

    `summary` are figures without places (see `summaries`), `notes` what the reader of its files found odd.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    names = MultilingualField(_("names"), blank=False)
    species_key = models.CharField(_("key of the species"), max_length=120)
    period_start = models.DateField(_("first day"))
    period_end = models.DateField(_("last day"))
    crs = models.CharField(_("reference system"), max_length=400)
    kind = models.CharField(_("kind of detectors"), max_length=12)
    buffer = models.FloatField(_("buffer around the detectors, metres"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256 of the survey"), max_length=64)
    files = models.JSONField(_("names of the files"), default=list)
    summary = models.JSONField(_("figures"), default=dict)
    notes = models.JSONField(_("notes of the reader"), default=list)
    simulated = models.BooleanField(_("simulated"), default=False)
    created = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("capture survey")
        verbose_name_plural = _("capture surveys")
        ordering = ("-created", "pk")

    def __str__(self) -> str:
        return str(self.names)


class JointAnalysis(models.Model):
    """What one office offers another: to analyse a survey of each together; `JointPart` says who agreed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    partner = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("partner"))
    names = MultilingualField(_("names"), blank=False)
    species_key = models.CharField(_("key of the species"), max_length=120)
    period_start = models.DateField(_("first day"))
    period_end = models.DateField(_("last day"))
    created = models.DateTimeField(_("offered"), auto_now_add=True)

    class Meta:
        verbose_name = _("joint analysis")
        verbose_name_plural = _("joint analyses")
        ordering = ("-created", "pk")

    def __str__(self) -> str:
        return str(self.names)

    def clean(self) -> None:
        refuse_coordinates(self, ("names",))


class JointPart(models.Model):
    """The consent of an office to a joint analysis, with the survey that it gives; `ended` withdraws it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    joint = models.ForeignKey(
        JointAnalysis, models.CASCADE, related_name="parts", verbose_name=_("joint analysis")
    )
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    survey = models.ForeignKey(
        CaptureSurvey, models.PROTECT, related_name="parts", null=True, verbose_name=_("survey")
    )
    terms = models.CharField(_("version of the terms"), max_length=20, default=TERMS)
    agreed_by = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", null=True, verbose_name=_("agreed by")
    )
    agreed = models.DateTimeField(_("agreed"), null=True)
    ended = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("consent to a joint analysis")
        verbose_name_plural = _("consents to joint analyses")
        ordering = ("joint", "pk")
        constraints = (models.UniqueConstraint(fields=("joint", "office"), name="an_office_consents_once"),)

    def __str__(self) -> str:
        return f"{self.joint} ({self.office})"

    @property
    def stands(self) -> bool:
        """Whether the survey may be used."""
        return self.survey_id is not None and self.agreed is not None and self.ended is None


class PopulationResult(models.Model):
    """How many animals a run found. Unpublished until its office, or both of a joint analysis, release it.

    `answers` has for each session density, numbers and regions; `table` compares the models, `estimates` are
    the parameters of the best one, `curves` its detection curves; `cells` the density by cell of each
    level; `findings` the diagnosis; `effort` sums of the survey. None is what is withheld.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True, default=random_key)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    names = MultilingualField(_("names"), blank=False)
    notes = MultilingualField(_("notes"))
    survey = models.ForeignKey(
        CaptureSurvey, models.PROTECT, related_name="results", null=True, verbose_name=_("survey")
    )
    joint = models.ForeignKey(
        JointAnalysis, models.PROTECT, related_name="results", null=True, verbose_name=_("joint analysis")
    )
    run = models.ForeignKey("runs.Run", models.PROTECT, related_name="+", verbose_name=_("run"))
    input_hash = models.CharField(_("hash of all inputs"), max_length=64, db_index=True, editable=False)
    species_key = models.CharField(_("key of the species"), max_length=120, editable=False)
    period_start = models.DateField(_("first day"), editable=False)
    period_end = models.DateField(_("last day"), editable=False)
    simulated = models.BooleanField(_("simulated"), default=False, editable=False)
    parameters = models.JSONField(_("parameters"), default=dict, editable=False)
    answers = models.JSONField(_("answers"), default=list, editable=False)
    table = models.JSONField(_("table of models"), default=list, editable=False)
    estimates = models.JSONField(_("parameters of the best model"), default=list, editable=False)
    curves = models.JSONField(_("detection curves"), default=list, editable=False)
    cells = models.JSONField(_("density by cell"), default=dict, editable=False)
    findings = models.JSONField(_("diagnosis"), default=list, editable=False)
    effort = models.JSONField(_("effort"), default=list, editable=False)
    released_by = models.JSONField(_("offices that released it"), default=list, editable=False)
    created = models.DateTimeField(_("computed"), auto_now_add=True)
    is_published = models.BooleanField(_("published"), default=False)

    class Meta:
        verbose_name = _("population result")
        verbose_name_plural = _("population results")
        ordering = ("-created", "pk")
        constraints = (
            models.UniqueConstraint(fields=("office", "input_hash"), name="the_same_is_estimated_once"),
        )

    def __str__(self) -> str:
        return str(self.names) or self.key

    def clean(self) -> None:
        refuse_coordinates(self, ("names", "notes"))
