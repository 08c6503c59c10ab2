"""The register: protected areas, buffer zones, ecological corridors, and units across borders."""

import uuid

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from amur.portal.facts.models import Confidence
from amur.portal.languages.dates import reduced_date
from amur.portal.languages.fields import MultilingualField


class Designation(models.Model):
    """A legal category of a country, in the field's standard terms."""

    key = models.SlugField(_("key"), unique=True)
    names = MultilingualField(_("names"), blank=False)
    country = models.CharField(_("country (ISO 3166-1 alpha-2)"), max_length=2, blank=True)
    iucn_category = models.CharField(_("usual IUCN category"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("designation")
        verbose_name_plural = _("designations")
        ordering = ("country", "key")

    def __str__(self) -> str:
        return str(self.names)


class AreaKind(models.TextChoices):
    """What the register holds."""

    PROTECTED_AREA = "protected-area", _("protected area")
    BUFFER_ZONE = "buffer-zone", _("buffer zone")
    CORRIDOR = "corridor", _("ecological corridor")


class AreaStatus(models.TextChoices):
    """Whether an area stands in law."""

    DESIGNATED = "designated", _("designated")
    PROPOSED = "proposed", _("proposed")
    PLANNED = "planned", _("planned")
    FUNCTIONAL = "functional", _("functional, without legal status")
    NEEDED = "needed", _("needed")
    PRIORITY = "priority", _("priority province, without legal status")
    UNVERIFIED = "unverified", _("status not verified")


class GeometryAccuracy(models.TextChoices):
    """What a geometry stands for; an approximate centroid is said and drawn as such."""

    APPROXIMATE_CENTROID = "approximate-centroid", _("approximate centre")
    CENTRE_OF_BOUNDS = "centre-of-stated-bounds", _("centre of the bounds given by the source")
    AS_GIVEN = "as-given-by-source", _("point given by the source")
    BOUNDARY = "boundary", _("boundary")


class Area(models.Model):
    """A row of the register. It belongs to one office; null means unknown, never zero."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    kind = models.CharField(_("kind"), max_length=16, choices=AreaKind.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="buffers",
        verbose_name=_("buffer zone of"),
    )
    names = MultilingualField(_("names"), blank=False)
    countries = models.JSONField(_("countries (ISO 3166-1 alpha-2)"), default=list)
    region = MultilingualField(_("region"))
    designation = models.ForeignKey(
        Designation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("designation")
    )
    status = models.CharField(_("status"), max_length=20, choices=AreaStatus.choices)
    iucn_category = models.CharField(_("IUCN category"), max_length=16, blank=True)
    iucn_basis = models.TextField(_("where the IUCN category comes from"), blank=True)
    area_ha = models.FloatField(_("area, ha"), null=True, blank=True)
    area_source = models.JSONField(_("source of the area"), default=dict, blank=True)
    area_confidence = models.CharField(
        _("confidence of the area"), max_length=16, choices=Confidence.choices, blank=True
    )
    established = models.CharField(_("established"), max_length=10, blank=True, validators=[reduced_date])
    legal_act = models.TextField(_("legal act"), blank=True)
    purpose = MultilingualField(_("purpose"))
    geometry = models.GeometryField(_("geometry"), null=True, blank=True, srid=4326)
    geometry_accuracy = models.CharField(
        _("accuracy of the geometry"), max_length=24, choices=GeometryAccuracy.choices, blank=True
    )
    groups = models.JSONField(_("networks and lists"), default=list, blank=True)
    candidate_groups = models.JSONField(_("candidate for (never shown)"), default=list, blank=True)
    restricted_groups = models.JSONField(_("marks for the office only"), default=list, blank=True)
    confidence = models.CharField(_("confidence"), max_length=16, choices=Confidence.choices)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    notes = MultilingualField(_("notes"))
    wdpca = models.JSONField(_("further columns of the exchange format"), default=dict, blank=True)
    is_published = models.BooleanField(_("published"), default=True)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ("key",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(area_ha__isnull=True) | models.Q(area_ha__gt=0),
                name="an_area_is_positive_or_unknown",
            ),
        )

    def __str__(self) -> str:
        return str(self.names) or self.key


class TransboundaryUnit(ClusterableModel, models.Model):
    """Areas of two or three countries bound by an agreement."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    names = MultilingualField(_("names"), blank=False)
    type = MultilingualField(_("type"))
    type_code = models.SlugField(_("code of the type"), max_length=60)
    date = models.CharField(_("date of the agreement"), max_length=10, blank=True, validators=[reduced_date])
    date_note = models.TextField(_("note on the date"), blank=True)
    whc_id = models.PositiveIntegerField(_("World Heritage number"), null=True, blank=True)
    place = MultilingualField(_("place of the agreement"))
    pairs = models.JSONField(_("pairs of sister areas, by key"), default=list, blank=True)
    members_declared = models.JSONField(_("members as declared, by country"), default=dict, blank=True)
    confidence = models.CharField(_("confidence"), max_length=16, choices=Confidence.choices)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    notes = MultilingualField(_("notes"))
    is_published = models.BooleanField(_("published"), default=True)

    class Meta:
        verbose_name = _("transboundary unit")
        verbose_name_plural = _("transboundary units")
        ordering = ("date", "key")

    def __str__(self) -> str:
        return str(self.names) or self.key


class UnitMember(models.Model):
    """An area's place in a unit. A candidate is a guess of the office and never leaves it."""

    class Status(models.TextChoices):
        MEMBER = "member", _("member")
        CANDIDATE = "candidate", _("candidate")

    unit = ParentalKey(TransboundaryUnit, on_delete=models.CASCADE, related_name="members")
    area = models.ForeignKey(Area, models.PROTECT, related_name="memberships", verbose_name=_("area"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    sources = models.JSONField(_("sources"), default=list, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = (models.UniqueConstraint(fields=("unit", "area"), name="a_member_is_named_once"),)

    def __str__(self) -> str:
        return f"{self.area} ({self.get_status_display()})"
