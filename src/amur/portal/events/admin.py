"""Events with their programmes, and commitments, in the offices' editing pages."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.viewsets.base import ViewSetGroup

from amur.portal.areas.queries import known_key
from amur.portal.editing.fields import LinesField, SourcesField, WordsField, language_code
from amur.portal.editing.forms import OfficeForm, RowForm
from amur.portal.editing.panels import RowsPanel
from amur.portal.editing.viewsets import PUBLISHED, OfficeViewSet
from amur.portal.events.models import Commitment, Event
from amur.portal.facts.models import Confidence
from amur.portal.languages.codes import LANGUAGES


class ChannelsField(LinesField):
    """Channels of interpretation: `ru > en | simultaneous | channel 2` on each line.

    >>> ChannelsField().clean("ru > mn | consecutive")
    [{'from': 'ru', 'to': 'mn', 'mode': 'consecutive', 'where': ''}]
    """

    def line_of(self, value: Any) -> str:
        parts = (f"{value['from']} > {value['to']}", value.get("mode"), value.get("where"))
        return " | ".join(part for part in parts if part)

    def entry_of(self, line: str, kept: Mapping[str, Any]) -> Any:
        pair, mode, where = [*(part.strip() for part in line.split("|", 2)), "", ""][:3]
        source, arrow, target = (part.strip() for part in pair.partition(">"))
        if not arrow or source not in LANGUAGES or target not in LANGUAGES or source == target:
            raise ValidationError(_("write two languages, the mode and the place: ru > en | simultaneous | 2"))
        return {"from": source, "to": target, "mode": mode, "where": where}


class TalkForm(RowForm):
    """A talk below its session."""

    speakers = LinesField(help_text=_("One speaker a line: name, affiliation"))
    materials = SourcesField(help_text=_("One link a line: title | address"))


class SessionForm(RowForm):
    """A session below its event."""

    channels = ChannelsField(help_text=_("One channel a line: ru > en | simultaneous | channel 2"))
    floor_language = forms.ChoiceField(
        choices=[("", "–"), *((code, code) for code in LANGUAGES)], required=False
    )


class EventForm(OfficeForm):
    """A row of the timeline, or a forum with its programme."""

    confidence = forms.ChoiceField(choices=Confidence.choices)
    sources = SourcesField()
    languages = WordsField(check=language_code, help_text=_("Codes with commas: en, ru, zh-hans, mn"))

    def clean_area_key(self) -> str:
        return known_key(self.cleaned_data["area_key"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("start") or "", cleaned.get("end") or ""
        length = min(len(start), len(end))
        if length and end[:length] < start[:length]:
            self.add_error("end", _("The event ends before it begins."))
        sessions = self.formsets.get("sessions")
        if sessions is not None and not cleaned.get("time_zone") and any(
            form.has_changed() or form.instance.pk for form in sessions.forms
        ):
            self.add_error("time_zone", _("A programme needs the time zone of the event."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if self.instance.pk and self.has_changed():
            self.instance.sequence += 1  # calendars take the newer revision
        return super().save(commit)


class EventViewSet(OfficeViewSet):
    model = Event
    form = EventForm
    icon = "date"
    name = "events"
    url_prefix = "events"
    list_display: ClassVar[list[Any]] = ["__str__", "type", "start", "state", "office", PUBLISHED]
    list_filter: ClassVar[list[str]] = ["type", "state", "is_published"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("names"),
        FieldRowPanel([FieldPanel("key"), FieldPanel("type"), FieldPanel("state")]),
        FieldRowPanel([FieldPanel("start"), FieldPanel("end"), FieldPanel("time_zone")]),
        FieldPanel("place"),
        FieldPanel("venue"),
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("series"), FieldRowPanel([FieldPanel("languages"), FieldPanel("area_key")])],
            heading=_("Series and subjects"),
        ),
        RowsPanel(
            "sessions",
            [
                FieldPanel("names"),
                FieldRowPanel([FieldPanel("day"), FieldPanel("begins"), FieldPanel("ends")]),
                FieldRowPanel([FieldPanel("room"), FieldPanel("chair"), FieldPanel("floor_language")]),
                FieldPanel("channels"),
                RowsPanel(
                    "talks",
                    [
                        FieldPanel("names"),
                        FieldPanel("speakers"),
                        FieldPanel("abstract"),
                        FieldPanel("materials"),
                    ],
                    heading=_("Talks"),
                    label=_("Talk"),
                    form=TalkForm,
                ),
            ],
            heading=_("Programme"),
            label=_("Session"),
            form=SessionForm,
            help_text=_("Times are those of the clock at the event's place."),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("capacity"), FieldPanel("registration_until"), FieldPanel("keep_days")])],
            heading=_("Registration"),
        ),
        MultiFieldPanel(
            [FieldPanel("confidence"), FieldPanel("sources"), FieldPanel("is_published")],
            heading=_("Evidence and publication"),
        ),
    ]


class CommitmentViewSet(OfficeViewSet):
    model = Commitment
    form = OfficeForm
    icon = "tasks"
    name = "commitments"
    url_prefix = "commitments"
    search_fields = ("key", "text", "body")
    list_display: ClassVar[list[Any]] = ["__str__", "event", "due", "state", "office", PUBLISHED]
    list_filter: ClassVar[list[str]] = ["state", "is_published"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("key"), FieldPanel("event")]),
        FieldPanel("body"),
        FieldRowPanel([FieldPanel("due"), FieldPanel("state")]),
        FieldPanel("progress"),
        FieldPanel("is_published"),
    ]


class EventsGroup(ViewSetGroup):
    menu_label = _("Events")
    menu_icon = "date"
    menu_order = 240
    items = (EventViewSet, CommitmentViewSet)
