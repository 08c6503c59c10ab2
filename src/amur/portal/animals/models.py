"""Known individuals: names, sex, rescue and release, fate. Places and dates leave only through the gate."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from amur.portal.facts.models import Confidence
from amur.portal.languages.dates import reduced_date
from amur.portal.languages.fields import MultilingualField


class Sex(models.TextChoices):
    FEMALE = "female", _("female")
    MALE = "male", _("male")


class Animal(models.Model):
    """One animal, known by name or number."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    species_key = models.CharField(_("key of the species"), max_length=120)
    names = MultilingualField(_("names"), blank=False)
    sex = models.CharField(_("sex"), max_length=6, blank=True, choices=Sex.choices)
    found_on = models.CharField(_("found on"), max_length=10, blank=True, validators=[reduced_date])
    found_text = MultilingualField(_("how it was found"))
    released_on = models.CharField(_("released on"), max_length=10, blank=True, validators=[reduced_date])
    release_area_key = models.CharField(_("key of the area of release"), max_length=120, blank=True)
    fate = MultilingualField(_("fate"))
    event_kind = models.CharField(_("kind of event"), max_length=40, blank=True)
    confidence = models.CharField(_("confidence"), max_length=16, choices=Confidence.choices)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    notes = MultilingualField(_("notes"))
    is_published = models.BooleanField(_("published"), default=True)

    class Meta:
        verbose_name = _("animal")
        verbose_name_plural = _("animals")
        ordering = ("species_key", "key")

    def __str__(self) -> str:
        return str(self.names) or self.key
