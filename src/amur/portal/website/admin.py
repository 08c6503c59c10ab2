"""Events in the offices' editing pages."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from amur.portal.areas.queries import known_key
from amur.portal.editing.fields import SourcesField
from amur.portal.editing.forms import OfficeForm
from amur.portal.editing.viewsets import PUBLISHED, OfficeViewSet
from amur.portal.facts.models import Confidence
from amur.portal.website.models import Event


class EventForm(OfficeForm):
    """Something that happened."""

    confidence = forms.ChoiceField(choices=Confidence.choices)
    sources = SourcesField()

    def clean_area_key(self) -> str:
        return known_key(self.cleaned_data["area_key"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("start") or "", cleaned.get("end") or ""
        length = min(len(start), len(end))
        if length and end[:length] < start[:length]:
            self.add_error("end", _("The event ends before it begins."))
        return cleaned


class EventViewSet(OfficeViewSet):
    model = Event
    form = EventForm
    icon = "date"
    name = "events"
    url_prefix = "events"
    menu_order = 240
    add_to_admin_menu = True
    list_display: ClassVar[list[Any]] = ["__str__", "type", "start", "office", PUBLISHED]
    list_filter: ClassVar[list[str]] = ["type", "is_published"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("names"),
        FieldRowPanel([FieldPanel("key"), FieldPanel("type")]),
        FieldRowPanel([FieldPanel("start"), FieldPanel("end"), FieldPanel("area_key")]),
        FieldPanel("place"),
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("confidence"), FieldPanel("sources"), FieldPanel("is_published")],
            heading=_("Evidence and publication"),
        ),
    ]
