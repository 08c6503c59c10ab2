"""What all items of the newsroom share: a date, an office, a lead picture and the subjects they are about.

`Dated` is mixed into the page models of `models`. A place is told in words and by an area of the register,
never by coordinates: both are public as they are, so nothing finer can leave.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

COUNTRIES = ("RU", "CN", "MN")


class DatePrecision(models.TextChoices):
    """How exactly a date is known."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    SEASON = "season", _("season, told in the text")
    YEAR = "year", _("year")


class Dated(models.Model):
    """A dated item of an office with its subjects."""

    DatePrecision = DatePrecision

    date = models.DateField(_("date"))
    date_precision = models.CharField(
        _("precision of the date"), max_length=6, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    office = models.ForeignKey(
        "offices.Office",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("office"),
        help_text=_("Whose item it is: its name, logo and legal notices stand below the text."),
    )
    module_key = models.CharField(_("module of the programme"), max_length=80, blank=True)
    countries = models.JSONField(_("countries"), default=list, blank=True)
    species_keys = models.JSONField(_("species"), default=list, blank=True)
    area_keys = models.JSONField(_("areas"), default=list, blank=True)
    place = models.CharField(
        _("place in words"),
        max_length=160,
        blank=True,
        help_text=_("A district, a town or a river; never coordinates, a nest, a den or a camera."),
    )
    area_key = models.CharField(_("area of the place"), max_length=120, blank=True)
    lead_picture = models.ForeignKey(
        "media.MediaFile",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead picture"),
    )

    subject_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("date"), FieldPanel("date_precision")]), FieldPanel("office")],
            heading=_("When and whose"),
        ),
        MultiFieldPanel([FieldPanel("lead_picture")], heading=_("Lead picture")),
        MultiFieldPanel(
            [
                FieldPanel("module_key"),
                FieldPanel("countries"),
                FieldPanel("species_keys"),
                FieldPanel("area_keys"),
            ],
            heading=_("What it is about"),
        ),
        MultiFieldPanel([FieldPanel("place"), FieldPanel("area_key")], heading=_("Where")),
    ]

    class Meta:
        abstract = True

    @property
    def known_date(self) -> str:
        """The date as far as it is known, in reduced ISO precision; empty without one."""
        length = {DatePrecision.DAY: 10, DatePrecision.MONTH: 7}.get(DatePrecision(self.date_precision), 4)
        return self.date.isoformat()[:length] if self.date else ""

    @property
    def subjects(self) -> frozenset[str]:
        """What the item is about, as `species:amur-tiger`, `area:…`, `module:…`, `country:RU`, `rubric:…`."""
        areas = {*self.area_keys, *([self.area_key] if self.area_key else [])}
        found = {f"species:{key}" for key in self.species_keys} | {f"area:{key}" for key in areas}
        found |= {f"country:{code}" for code in self.countries}
        found |= {f"module:{self.module_key}"} if self.module_key else set()
        rubric = getattr(self, "rubric", "")
        return frozenset(found | ({f"rubric:{rubric}"} if rubric else set()))
