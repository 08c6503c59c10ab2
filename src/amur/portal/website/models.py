"""Pages that editors write: home, modules of the programme, plain texts, news; one tree a language."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from amur.portal.languages.codes import Language, as_language
from amur.portal.languages.text import Status
from amur.portal.media.models import MediaFile
from amur.portal.media.showing import shown
from amur.portal.release.entry import refuse_coordinates
from amur.portal.website.blocks import BodyBlock, pictures_of
from amur.portal.website.dated import Dated
from amur.portal.website.page_forms import PageForm, SubjectsForm


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
    base_form_class = PageForm

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def clean(self) -> None:
        super().clean()
        refuse_coordinates(self, ("title", "summary", "body"))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from amur.portal.website.previews import preview

        return preview(request, self)

    @property
    def language(self) -> Language:
        """The language the page is really written in."""
        return as_language(self.locale.language_code)


class HomePage(CentrePage):
    """The first page of a language; its tree holds that language's pages."""

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "website.ModulePage",
        "website.TextPage",
        "website.NewsIndexPage",
        "website.ProjectIndexPage",
        "website.CampaignIndexPage",
        "website.StoryIndexPage",
        "website.VideoIndexPage",
        "website.ArchiveIndexPage",
    ]

    class Meta:
        verbose_name = _("home page")


class ModulePage(CentrePage):
    """One of the six modules of the programme."""

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    content_panels: ClassVar[list[Any]] = [*CentrePage.content_panels, FieldPanel("order")]
    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("module of the programme")


class TextPage(CentrePage):
    """A page about the centre itself: methods, privacy, accessibility."""

    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("text page")


class NewsIndexPage(CentrePage):
    """The list of news of a language."""

    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    subpage_types: ClassVar[list[str]] = ["website.NewsPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("news list")


class ItemPage(Dated, CentrePage):  # type: ignore[django-manager-missing]  # Wagtail's own manager
    """What all dated items share; each kind stands in the list of its kind."""

    base_form_class = SubjectsForm
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [*CentrePage.content_panels, *Dated.subject_panels]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        refuse_coordinates(self, ("place",))

    @property
    def first_picture(self) -> MediaFile | None:
        """The lead picture, unless the body shows it anyway."""
        is_in_body = any(file == self.lead_picture for file in pictures_of(self.body))
        return None if is_in_body else self.lead_picture

    @property
    def og_picture(self) -> str:
        """The address of the lead picture for those who link to the page; empty without a public one."""
        file = self.lead_picture
        found = shown(file, self.language) if file is not None and file.is_published else None
        return found.address if found else ""


class NewsPage(ItemPage):
    """One piece of news."""

    class Rubric(models.TextChoices):
        ECOREGION = "ecoregion", _("Ecoregion")
        REGION = "region", _("Regions")
        OFFICES = "offices", _("From the offices")
        PARTNERS = "partners", _("Partners")
        ANNOUNCEMENTS = "announcements", _("Announcements")

    rubric = models.CharField(_("rubric"), max_length=16, choices=Rubric.choices, default=Rubric.ECOREGION)
    content_panels: ClassVar[list[Any]] = [
        *CentrePage.content_panels,
        MultiFieldPanel([FieldPanel("rubric")], heading=_("Rubric")),
        *Dated.subject_panels,
    ]
    parent_page_types: ClassVar[list[str]] = ["website.NewsIndexPage"]

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news")


class IndexPage(CentrePage):
    """The list of one kind of items in a language."""

    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    max_count_per_parent = 1

    class Meta:
        abstract = True


class ProjectIndexPage(IndexPage):
    """The list of projects."""

    subpage_types: ClassVar[list[str]] = ["website.ProjectPage"]

    class Meta:
        verbose_name = _("list of projects")


class ProjectPage(ItemPage):
    """A project: its date is its beginning."""

    end = models.DateField(_("end"), null=True, blank=True)
    content_panels: ClassVar[list[Any]] = [
        *CentrePage.content_panels,
        *Dated.subject_panels,
        FieldPanel("end"),
    ]
    parent_page_types: ClassVar[list[str]] = ["website.ProjectIndexPage"]

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    def clean(self) -> None:
        super().clean()
        if self.end and self.date and self.end < self.date:
            raise ValidationError({"end": _("The last day is before the first.")})


class CampaignIndexPage(IndexPage):
    """The list of campaigns and annual days, by year."""

    subpage_types: ClassVar[list[str]] = ["website.CampaignPage"]

    class Meta:
        verbose_name = _("list of campaigns and annual days")


class CampaignPage(ItemPage):
    """A campaign or an annual day in one year."""

    series = models.SlugField(
        _("series"), max_length=60, blank=True, help_text=_("The same word every year, such as tiger-day")
    )
    content_panels: ClassVar[list[Any]] = [
        *CentrePage.content_panels,
        FieldPanel("series"),
        *Dated.subject_panels,
    ]
    parent_page_types: ClassVar[list[str]] = ["website.CampaignIndexPage"]

    class Meta:
        verbose_name = _("campaign or annual day")
        verbose_name_plural = _("campaigns and annual days")


class StoryIndexPage(IndexPage):
    """The list of photo stories."""

    subpage_types: ClassVar[list[str]] = ["website.StoryPage"]

    class Meta:
        verbose_name = _("list of photo stories")


class StoryPage(ItemPage):
    """A story told in photographs, or a gallery."""

    parent_page_types: ClassVar[list[str]] = ["website.StoryIndexPage"]

    class Meta:
        verbose_name = _("photo story")
        verbose_name_plural = _("photo stories")


class VideoIndexPage(IndexPage):
    """The list of videos."""

    subpage_types: ClassVar[list[str]] = ["website.VideoPage"]

    class Meta:
        verbose_name = _("list of videos")


class VideoPage(ItemPage):
    """A video of the centre's own, or a link to one elsewhere."""

    video = models.ForeignKey(
        "media.MediaFile",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "video"},
        verbose_name=_("video file"),
    )
    video_address = models.URLField(
        _("address of the video on another site"),
        blank=True,
        help_text=_("A plain link: nothing is loaded from there before a reader follows it."),
    )
    content_panels: ClassVar[list[Any]] = [
        *CentrePage.content_panels,
        MultiFieldPanel([FieldPanel("video"), FieldPanel("video_address")], heading=_("Video")),
        *Dated.subject_panels,
    ]
    parent_page_types: ClassVar[list[str]] = ["website.VideoIndexPage"]

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def clean(self) -> None:
        super().clean()
        if self.video and self.video.kind != "video":
            raise ValidationError({"video": _("This file is no video.")})


class ArchiveIndexPage(IndexPage):
    """The list of pages taken over from an older site."""

    subpage_types: ClassVar[list[str]] = ["website.ArchivePage"]

    class Meta:
        verbose_name = _("archive")
        verbose_name_plural = _("archives")


class ArchivePage(ItemPage):
    """A page of an older site, kept as it was; it may be outdated and says so."""

    date = models.DateField(_("date"), null=True, blank=True)  # type: ignore[assignment]  # it may have none
    source_address = models.CharField(_("address on the older site"), max_length=1000, editable=False)
    source_digest = models.CharField(max_length=64, editable=False)
    parent_page_types: ClassVar[list[str]] = ["website.ArchiveIndexPage"]

    class Meta:
        verbose_name = _("archived page")
        verbose_name_plural = _("archived pages")
