"""Publications: books, reports, articles, leaflets. Their files and covers lie in `media`."""

import re
import uuid
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from amur.portal.languages.dates import reduced_date
from amur.portal.languages.fields import MultilingualField
from amur.portal.media.models import Licence
from amur.portal.release.entry import refuse_coordinates

DOI = re.compile(r"10\.\d{4,9}/\S+")


def valid_doi(text: str) -> None:
    """Refuse what is not a bare DOI."""
    if not DOI.fullmatch(text):
        raise ValidationError(
            _("“%(text)s” is no DOI; write it without an address, such as 10.1000/182"), params={"text": text}
        )


def valid_isbn(text: str) -> None:
    """Refuse an ISBN of the wrong length or with a wrong check digit.

    >>> valid_isbn("978-3-16-148410-0")
    """
    digits = text.replace("-", "").replace(" ", "").upper()
    right = False
    if re.fullmatch(r"\d{13}", digits):
        right = sum(int(one) * (1 + 2 * (at % 2)) for at, one in enumerate(digits)) % 10 == 0
    elif re.fullmatch(r"\d{9}[\dX]", digits):
        right = sum((10 - at) * (10 if one == "X" else int(one)) for at, one in enumerate(digits)) % 11 == 0
    if not right:
        raise ValidationError(
            _("“%(text)s” is no ISBN: it has 13 or 10 digits and the last one is a check digit"),
            params={"text": text},
        )


class PublicationType(models.TextChoices):
    """What a publication is; the comments name the type of CSL."""

    BOOK = "book", _("book")
    REPORT = "report", _("report")
    ARTICLE = "article", _("article")
    NEWSLETTER = "newsletter", _("newsletter")
    LEAFLET = "leaflet", _("leaflet or poster")
    MAP = "map", _("map or atlas")


class Publication(ClusterableModel):
    """One publication of an office."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    type = models.CharField(_("type"), max_length=12, choices=PublicationType.choices)
    names = MultilingualField(_("title"), blank=False)
    annotation = MultilingualField(_("annotation"))
    authors = models.JSONField(_("authors, in order"), default=list, blank=True)
    issued = models.CharField(
        _("published in"),
        max_length=10,
        validators=[reduced_date],
        help_text=_("A year, a month or a day: 2021, 2021-06 or 2021-06-15"),
    )
    publisher = models.CharField(_("publisher or journal"), max_length=200, blank=True)
    languages = models.JSONField(_("languages of the publication"), default=list, blank=True)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence.choices, default=Licence.OWN)
    doi = models.CharField(
        "DOI",
        max_length=120,
        blank=True,
        validators=[valid_doi],
        help_text=_("Without an address, such as 10.1000/182"),
    )
    isbn = models.CharField("ISBN", max_length=20, blank=True, validators=[valid_isbn])
    cover = models.ForeignKey(
        "media.MediaFile",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "picture"},
        verbose_name=_("cover"),
    )
    module_key = models.CharField(_("module of the programme"), max_length=80, blank=True)
    countries = models.JSONField(_("countries"), default=list, blank=True)
    species_keys = models.JSONField(_("species"), default=list, blank=True)
    area_keys = models.JSONField(_("areas"), default=list, blank=True)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    is_published = models.BooleanField(_("published"), default=False)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ("-issued", "key")

    def __str__(self) -> str:
        return str(self.names) or self.key

    def clean(self) -> None:
        refuse_coordinates(self, ("names", "annotation", "publisher"))


class PublicationFile(Orderable):
    """A file of a publication, such as its Russian edition."""

    publication = ParentalKey(Publication, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(
        "media.MediaFile",
        models.CASCADE,
        related_name="+",
        limit_choices_to={"kind": "document"},
        verbose_name=_("file"),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("publication", "file"), name="a_publication_has_a_file_once")
        ]

    def __str__(self) -> str:
        return str(self.file)
