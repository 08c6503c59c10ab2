"""The released view: one row for each record that may leave the house, as the gate let it.

Public pages, lists, tiles, feeds and exports read this table and never the raw rows.
"""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.fields import MultilingualField


class Released(models.Model):
    """What the public may know of one record."""

    kind = models.CharField(max_length=40)
    uuid = models.UUIDField(unique=True)
    key = models.CharField(max_length=120)
    subject = models.CharField(max_length=160, blank=True, db_index=True)
    sort = models.CharField(max_length=160, blank=True)
    names = MultilingualField()
    slugs = models.JSONField(default=dict)
    geometry = models.GeometryField(null=True, srid=4326)
    fields = models.JSONField(default=dict)
    generalizations = models.JSONField(default=list)
    withheld = models.JSONField(default=list)
    uncertainty_m = models.FloatField(null=True)

    class Meta:
        verbose_name = _("released record")
        verbose_name_plural = _("released records")
        ordering = ("kind", "sort", "key")
        constraints = (models.UniqueConstraint(fields=("kind", "key"), name="released_once"),)

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"


class Generation(models.Model):
    """A number that is new after each change of what is released; caches carry it."""

    number = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("generation")
        verbose_name_plural = _("generations")

    def __str__(self) -> str:
        return str(self.number)
