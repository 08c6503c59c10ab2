"""Pages that editors write: home, modules of the programme, plain texts, news; one tree a language."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from amur.portal.languages.codes import Language, as_language
from amur.portal.languages.text import Status
from amur.portal.release.entry import refuse_coordinates

RICH_TEXT = ["bold", "italic", "ol", "ul", "link", "h3"]


class FactBlock(blocks.CharBlock):
    """A quoted fact, by its key: the page always shows the figure that the register holds now."""

    class Meta:
        icon = "table"
        label = _("Fact")
        help_text = _("The key of a fact; its figure, period and source are shown")

    def clean(self, value: str) -> str:
        from amur.portal.facts.queries import known_fact

        key = str(super().clean(value))
        if not known_fact(key):
            raise blocks.StructBlockValidationError(
                non_block_errors=[_("There is no fact with the key “%(key)s”.") % {"key": key}]
            )
        return key


class AreasBlock(blocks.CharBlock):
    """A short list of areas of a network or list, such as `ramsar`."""

    class Meta:
        icon = "list-ul"
        label = _("List of areas")
        help_text = _("The code of a network or list of areas, such as ramsar")


class BodyBlock(blocks.StreamBlock):
    """What a page's body is made of."""

    heading = blocks.CharBlock(label=_("Heading"), icon="title")
    text = blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT)
    fact = FactBlock()
    areas = AreasBlock()


class CentrePage(Page):
    """What all pages share: a summary, a body, and the state of the translation."""

    STATUS_CHOICES = (
        (str(Status.REVIEWED), _("reviewed")),
        (str(Status.DRAFT), _("draft")),
        (str(Status.MACHINE), _("machine translation")),
        (str(Status.OUTDATED), _("outdated")),
    )

    key = models.SlugField(_("key"), max_length=80, blank=True, editable=False)
    summary = models.TextField(_("summary"), max_length=500, blank=True)
    body = StreamField(BodyBlock(required=False), verbose_name=_("body"), blank=True)
    source_language = models.CharField(_("source language"), max_length=8, default="en")
    translation_status = models.CharField(
        _("state of the translation"), max_length=10, choices=STATUS_CHOICES, default=str(Status.REVIEWED)
    )
    sources = models.JSONField(_("sources"), default=list, blank=True)

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("translation_status"),
    ]
    # Rights are those of the offices; a page is public or a draft, nothing between.
    private_page_options: ClassVar[list[str]] = []
    is_creatable = False

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def clean(self) -> None:
        super().clean()
        refuse_coordinates(self, ("title", "summary", "body"))

    @property
    def language(self) -> Language:
        """The language the page is really written in."""
        return as_language(self.locale.language_code)


class HomePage(CentrePage):
    """The first page of a language; its tree holds that language's pages."""

    template = "website/home.html"
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["website.ModulePage", "website.TextPage", "website.NewsIndexPage"]

    class Meta:
        verbose_name = _("home page")


class ModulePage(CentrePage):
    """One of the six modules of the programme."""

    template = "website/page.html"
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    content_panels: ClassVar[list[Any]] = [*CentrePage.content_panels, FieldPanel("order")]
    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("module of the programme")


class TextPage(CentrePage):
    """A page about the centre itself: methods, privacy, accessibility."""

    template = "website/page.html"
    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("text page")


class NewsIndexPage(CentrePage):
    """The list of news of a language."""

    template = "website/news.html"
    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    subpage_types: ClassVar[list[str]] = ["website.NewsPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("news list")


class NewsPage(CentrePage):
    """One piece of news."""

    template = "website/page.html"

    class DatePrecision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        SEASON = "season", _("season, told in the text")
        YEAR = "year", _("year")

    date = models.DateField(_("date"))
    date_precision = models.CharField(
        _("precision of the date"), max_length=6, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    area_key = models.CharField(_("key of the area"), max_length=120, blank=True)
    species_keys = models.JSONField(_("keys of the species"), default=list, blank=True)
    content_panels: ClassVar[list[Any]] = [
        *CentrePage.content_panels,
        FieldPanel("date"),
        FieldPanel("date_precision"),
        FieldPanel("area_key"),
        FieldPanel("species_keys"),
    ]
    parent_page_types: ClassVar[list[str]] = ["website.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    @property
    def known_date(self) -> str:
        """The date as far as it is known, in reduced ISO precision."""
        length = {self.DatePrecision.DAY: 10, self.DatePrecision.MONTH: 7}.get(
            self.DatePrecision(self.date_precision), 4
        )
        return self.date.isoformat()[:length]

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news")
