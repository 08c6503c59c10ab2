"""Facts: what, where, when, value with interval and unit, method, and where it is known from.

Pages, indicators and reports quote facts by key; nobody types a total into a text. Conflicting facts
stand side by side and name each other.
"""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from amur.portal.languages.dates import reduced_date
from amur.portal.languages.fields import MultilingualField
from amur.portal.release.entry import refuse_coordinates


class Confidence(models.TextChoices):
    """How sure the office is of a row; the last two are marked wherever they are shown."""

    HIGH = "high", _("high confidence")
    MEDIUM = "medium", _("medium confidence")
    LOW = "low", _("low confidence")
    OWN_KNOWLEDGE = "own-knowledge", _("own knowledge, to be verified")


class SubjectKind(models.TextChoices):
    """What a fact can be about."""

    SPECIES = "species", _("species")
    AREA = "area", _("area")
    CORRIDOR = "corridor", _("corridor")
    UNIT = "unit", _("transboundary unit")
    PROGRAMME = "programme", _("programme")
    ECOREGION = "ecoregion", _("ecoregion")
    CONNECTIVITY = "connectivity", _("connectivity")
    POPULATION = "population", _("population estimate")


class FactStatus(models.TextChoices):
    """Where a figure stands in its life."""

    INTERIM = "interim", _("interim")
    FINAL = "final", _("final")
    QUOTED = "quoted", _("as quoted")
    DISPUTED = "disputed", _("disputed")


class Document(models.Model):
    """A source that can be cited."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, verbose_name=_("office"))
    citation = models.TextField(_("citation"))
    url = models.URLField(_("address"), max_length=500, blank=True)
    retrieved = models.DateField(_("retrieved on"), null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("citation",)

    def __str__(self) -> str:
        return self.citation


class Fact(ClusterableModel, models.Model):
    """One figure with its interval, unit, method and source."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    subject_kind = models.CharField(_("kind of subject"), max_length=12, choices=SubjectKind.choices)
    subject_key = models.CharField(_("key of the subject"), max_length=120)
    name = MultilingualField(_("what is measured, in words"))
    place = MultilingualField(_("place"))
    place_detail = MultilingualField(_("place within the place"))
    area_key = models.CharField(_("key of the area"), max_length=120, blank=True)
    period_start = models.CharField(_("from"), max_length=10, blank=True, validators=[reduced_date])
    period_end = models.CharField(_("to"), max_length=10, blank=True, validators=[reduced_date])
    period_label = MultilingualField(_("period in words"))
    value = models.FloatField(_("value"), null=True, blank=True)
    low = models.FloatField(_("low"), null=True, blank=True)
    high = models.FloatField(_("high"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40)
    kind = models.CharField(_("kind of figure"), max_length=40)
    approximate = models.BooleanField(_("approximate"), default=False)
    method = MultilingualField(_("method"))
    denominator = models.JSONField(_("denominator of a share"), null=True, blank=True)
    detection_low = models.FloatField(_("detection probability, low"), null=True, blank=True)
    detection_high = models.FloatField(_("detection probability, high"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=FactStatus.choices, default=FactStatus.QUOTED
    )
    confidence = models.CharField(_("confidence"), max_length=16, choices=Confidence.choices)
    notes = MultilingualField(_("notes"))
    documents = models.ManyToManyField(
        Document, through="Citation", related_name="facts", verbose_name=_("documents")
    )
    run = models.ForeignKey(
        "runs.Run", models.PROTECT, null=True, blank=True, related_name="facts", verbose_name=_("run")
    )
    disputed_by = models.JSONField(_("documents that dispute it"), default=list, blank=True)
    contradicts = models.ManyToManyField("self", blank=True, verbose_name=_("contradicts"))
    retrieved = models.DateField(_("retrieved on"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    is_published = models.BooleanField(_("published"), default=True)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ("subject_kind", "subject_key", "period_start", "key")
        indexes = (models.Index(fields=("subject_kind", "subject_key"), name="fact_subject"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(value__isnull=False)
                | models.Q(low__isnull=False)
                | models.Q(high__isnull=False),
                name="a_fact_has_a_figure",
            ),
            models.CheckConstraint(
                condition=models.Q(low__isnull=True)
                | models.Q(high__isnull=True)
                | models.Q(low__lte=models.F("high")),
                name="low_is_not_above_high",
            ),
        )

    def __str__(self) -> str:
        return self.key

    def clean(self) -> None:
        refuse_coordinates(self, ("name", "place", "period_label", "method", "notes"))
        if self.value is None and self.low is None and self.high is None:
            raise ValidationError(
                {"value": _("Give a value, or a low or a high bound. Unknown is not zero.")}
            )
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValidationError({"low": _("The low bound is above the high bound.")})
        if self.value is not None and not (
            (self.low is None or self.low <= self.value) and (self.high is None or self.value <= self.high)
        ):
            raise ValidationError({"value": _("The value is outside its own interval.")})


class Citation(models.Model):
    """Where in a document a fact stands."""

    fact = ParentalKey(Fact, on_delete=models.CASCADE, related_name="citations")
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="citations", verbose_name=_("document")
    )
    page = models.CharField(_("page"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")

    def __str__(self) -> str:
        return f"{self.document}, {self.page}" if self.page else str(self.document)
