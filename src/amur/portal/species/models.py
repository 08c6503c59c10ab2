"""Species the programme works for, with names in four languages and a sensitivity category."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.portal.facts.models import Confidence
from amur.portal.languages.fields import MultilingualField
from amur.portal.release.entry import refuse_coordinates


class SpeciesRole(models.TextChoices):
    """Why the programme cares."""

    FLAGSHIP = "flagship", _("flagship species")
    SUPPORTING = "supporting", _("supporting species")
    PREY = "prey", _("prey of the big cats")
    REINTRODUCTION = "reintroduction", _("species to be brought back")


class Sensitivity(models.IntegerChoices):
    """Chapman's categories of sensitivity (2020): how finely a place may be told."""

    EXTREME = 1, _("1, extreme: no place")
    HIGH = 2, _("2, high: 0.1°")
    MEDIUM = 3, _("3, medium: 0.01°")
    LOW = 4, _("4, low")


class IucnStatus(models.TextChoices):
    """The IUCN Red List categories in use here."""

    CR = "CR", _("Critically Endangered")
    EN = "EN", _("Endangered")
    VU = "VU", _("Vulnerable")
    NT = "NT", _("Near Threatened")
    LC = "LC", _("Least Concern")


class Species(models.Model):
    """A taxon with its names, its role and its sensitivity."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    scientific_name = models.CharField(_("scientific name"), max_length=120, unique=True)
    names = MultilingualField(_("names"), blank=False)
    other_names = models.JSONField(_("other names, by language"), default=list, blank=True)
    slugs = models.JSONField(_("address in each language"), default=dict, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    role = models.CharField(_("role"), max_length=16, choices=SpeciesRole.choices)
    iucn_status = models.CharField(
        _("IUCN Red List category"), max_length=2, blank=True, choices=IucnStatus.choices
    )
    iucn_scope = models.CharField(_("what the category is about"), max_length=120, blank=True)
    sensitivity = models.PositiveSmallIntegerField(
        _("sensitivity category"), null=True, blank=True, choices=Sensitivity.choices
    )
    sensitivity_reason = models.TextField(_("reason of the sensitivity"), blank=True)
    profile = MultilingualField(_("profile"))
    confidence = models.CharField(_("confidence"), max_length=16, choices=Confidence.choices)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    is_published = models.BooleanField(_("published"), default=True)

    class Meta:
        verbose_name = _("species")
        verbose_name_plural = pgettext_lazy("plural", "species")
        ordering = ("position", "key")

    def __str__(self) -> str:
        return str(self.names) or self.scientific_name

    def clean(self) -> None:
        refuse_coordinates(self, ("names", "profile", "sensitivity_reason"))
