"""The pages of the stock site: as Wagtail's tutorial makes them."""

from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index


class HomePage(Page):
    body = RichTextField(blank=True)
    content_panels = [*Page.content_panels, FieldPanel("body")]


class ContentPage(Page):
    summary = RichTextField(blank=True)
    body = StreamField([("heading", blocks.CharBlock()), ("text", blocks.RichTextBlock())], blank=True)
    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]


class NewsIndexPage(Page):
    """The list of news, as the tutorial's blog index."""

    def get_context(self, request, *args, **kwargs):
        news = ContentPage.objects.child_of(self).live().order_by("-first_published_at")
        return super().get_context(request, *args, **kwargs) | {"news": news}
