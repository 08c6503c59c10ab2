"""Resistance rasters of the offices, and what was computed on them. The rasters themselves are `files`."""

import secrets
import uuid

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from amur.formats.rasters import Grid
from amur.portal.languages.fields import MultilingualField
from amur.portal.release.entry import refuse_coordinates


def random_key() -> str:
    """A key for a result that nobody has named."""
    return f"connectivity-{secrets.token_hex(6)}"


class ResistanceRaster(models.Model):
    """A resistance raster of an office: where its cells lie, and the hash of the file that holds them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    name = models.CharField(_("name of the file"), max_length=200)
    sha256 = models.CharField(_("SHA-256 of the raster"), max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    columns = models.PositiveIntegerField(_("columns"))
    west = models.FloatField(_("western edge"))
    south = models.FloatField(_("southern edge"))
    cell_width = models.FloatField(_("width of a cell"))
    cell_height = models.FloatField(_("height of a cell"))
    crs = models.TextField(_("reference system"))
    seed = models.BigIntegerField(_("seed of a synthetic landscape"), null=True, blank=True)
    created = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("resistance raster")
        verbose_name_plural = _("resistance rasters")
        ordering = ("-created", "pk")
        constraints = (
            models.UniqueConstraint(fields=("office", "sha256"), name="an_office_has_a_raster_once"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_synthetic(self) -> bool:
        """Whether the program made it up."""
        return self.seed is not None

    @property
    def grid(self) -> Grid:
        """Where the cells lie."""
        return Grid(
            self.rows, self.columns, self.west, self.south, self.cell_width, self.cell_height, self.crs
        )


class ConnectivityResult(models.Model):
    """What a run found between areas of the register. Unpublished until its office releases it.

    `areas` are the focal nodes in their order, each with key, names (as of the run), row and column, number
    of cells and outline; `left_out` those that could not take part, with the reason. `resistances` holds a
    row for each area in ohm, null where nothing joins two. `links` are the corridors of neighbours: places
    of both areas in `areas`, least-cost distance, length of the path in metres (or cells); `paths` their
    lines in the same order. `breaks` are the upper bounds of the classes of the map of current in amperes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True, default=random_key)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    names = MultilingualField(_("names"), blank=False)
    notes = MultilingualField(_("notes"))
    raster = models.ForeignKey(
        ResistanceRaster, models.PROTECT, related_name="results", verbose_name=_("resistance raster")
    )
    run = models.ForeignKey("runs.Run", models.PROTECT, related_name="+", verbose_name=_("run"))
    input_hash = models.CharField(_("hash of all inputs"), max_length=64, db_index=True, editable=False)
    parameters = models.JSONField(_("parameters"), default=dict, editable=False)
    areas = models.JSONField(_("areas"), default=list, editable=False)
    left_out = models.JSONField(_("areas left out"), default=list, editable=False)
    resistances = models.JSONField(_("effective resistances, ohm"), default=list, editable=False)
    links = models.JSONField(_("corridors"), default=list, editable=False)
    paths = models.MultiLineStringField(
        _("cheapest paths of the corridors"), null=True, srid=4326, editable=False
    )
    report = models.JSONField(_("report of the solver"), default=dict, editable=False)
    current = models.CharField(_("SHA-256 of the map of current"), max_length=64, editable=False)
    breaks = models.JSONField(_("classes of the map of current, ampere"), default=list, editable=False)
    bounds = models.JSONField(_("west, south, east, north in degrees"), default=list, editable=False)
    created = models.DateTimeField(_("computed"), auto_now_add=True)
    is_published = models.BooleanField(_("published"), default=False)

    class Meta:
        verbose_name = _("connectivity result")
        verbose_name_plural = _("connectivity results")
        ordering = ("-created", "pk")
        constraints = (
            models.UniqueConstraint(fields=("office", "input_hash"), name="the_same_is_computed_once"),
        )

    def __str__(self) -> str:
        return str(self.names) or self.key

    def clean(self) -> None:
        refuse_coordinates(self, ("names", "notes"))
