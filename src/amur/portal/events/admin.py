"""Series, events with their programmes, and what was agreed, in the offices' editing pages."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.widgets.button import HeaderButton

from amur.portal.editing.fields import LinesField, SourcesField
from amur.portal.editing.forms import OfficeForm, RowForm
from amur.portal.editing.panels import RowsPanel
from amur.portal.editing.viewsets import PUBLISHED, OfficeEditView, OfficeViewSet
from amur.portal.events.actions import give_places, release_event
from amur.portal.events.models import LANGUAGE_CHOICES, Commitment, Event, Mode, Series
from amur.portal.facts.models import Confidence
from amur.portal.languages.codes import LANGUAGES
from amur.portal.offices.policies import Verb
from amur.portal.release.actions import holding
from amur.portal.website.page_forms import use_choices


class ChannelsField(LinesField):
    """Channels of interpretation: `ru > en | simultaneous | channel 2 | https://…` on each line.

    >>> ChannelsField().clean("ru > mn | consecutive")
    [{'from': 'ru', 'to': 'mn', 'mode': 'consecutive', 'where': '', 'link': ''}]
    """

    def line_of(self, value: Any) -> str:
        parts = [f"{value['from']} > {value['to']}", value.get("mode"), value.get("where"), value.get("link")]
        while not parts[-1]:
            parts.pop()
        return " | ".join(part or "" for part in parts)

    def entry_of(self, line: str, kept: Mapping[str, Any]) -> Any:
        pair, mode, where, link = [*(part.strip() for part in line.split("|", 3)), "", "", ""][:4]
        source, arrow, target = (part.strip() for part in pair.partition(">"))
        if not arrow or source not in LANGUAGES or target not in LANGUAGES or source == target:
            raise ValidationError(
                _("write two different languages of %(languages)s with > between them, such as ru > en"),
                params={"languages": ", ".join(LANGUAGES)},
            )
        if mode not in Mode.values:
            raise ValidationError(
                _("after the languages write | and how it is interpreted: %(modes)s"),
                params={"modes": ", ".join(Mode.values)},
            )
        if link:
            URLValidator(schemes=["https", "http"])(link)
        return {"from": source, "to": target, "mode": mode, "where": where, "link": link}


class TalkForm(RowForm):
    """A talk below its session."""

    speakers = LinesField(help_text=_("One speaker a line: name, affiliation"))
    materials = SourcesField(help_text=_("One link a line: title | address"))


class SessionForm(RowForm):
    """A session below its event."""

    channels = ChannelsField(
        help_text=_("One channel a line: ru > en | simultaneous | channel 2 | address of the stream")
    )


class EventForm(OfficeForm):
    """A row of the timeline, or a forum with its programme."""

    confidence = forms.ChoiceField(choices=Confidence.choices)
    sources = SourcesField()
    languages = forms.MultipleChoiceField(
        required=False, choices=LANGUAGE_CHOICES, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        disabled = {name for name, field in self.fields.items() if field.disabled}
        use_choices(self)
        for name in disabled:
            self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("start") or "", cleaned.get("end") or ""
        length = min(len(start), len(end))
        if length and end[:length] < start[:length]:
            self.add_error("end", _("The event ends before it begins."))
        if start:
            self._check_programme(cleaned, start, end or start)
        return cleaned

    def _check_programme(self, cleaned: dict[str, Any], start: str, end: str) -> None:
        """Sessions need a zone, and lie within the event."""
        formset = self.formsets.get("sessions")
        days = [
            form.cleaned_data["day"].isoformat()
            for form in (formset.forms if formset is not None and formset.is_valid() else ())
            if form.cleaned_data.get("day") and not form.cleaned_data.get("DELETE")
        ]
        if days and not cleaned.get("time_zone"):
            self.add_error("time_zone", _("A programme needs the time zone of the event."))
        outside = [day for day in days if day[: len(start)] < start or day[: len(end)] > end]
        if outside:
            problem = _("A session on %(day)s lies outside the days of the event.")
            self.add_error(None, ValidationError(problem, params={"day": min(outside)}))

    def save(self, commit: bool = True) -> Any:
        changed = self.has_changed() or any(formset.has_changed() for formset in self.formsets.values())
        if self.instance.pk and changed:
            self.instance.sequence += 1  # calendars take the newer revision
        with holding():  # one release for the whole programme instead of one for each row
            event = super().save(commit)
        if commit:
            give_places(event)
            release_event(event)
        return event


class EventEditView(OfficeEditView):
    """The form of an event, with the way to its registrations."""

    @property
    def header_buttons(self) -> list[Any]:
        buttons = list(super().header_buttons)
        if self.object.capacity is not None and self.permission_policy.may(
            self.request.user, Verb.CHANGE, self.object
        ):
            address = reverse("event-registrations", kwargs={"key": self.object.key})
            buttons.append(HeaderButton(_("Registrations"), url=address, icon_name="group"))
        return buttons


class SeriesViewSet(OfficeViewSet):
    model = Series
    form = OfficeForm
    icon = "repeat"
    name = "event-series"
    url_prefix = "event-series"
    list_display: ClassVar[list[Any]] = ["__str__", "key", "office", PUBLISHED]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("names"),
        FieldPanel("key"),
        FieldPanel("summary"),
        FieldPanel("is_published"),
    ]


TALKS = RowsPanel(
    "talks",
    [
        FieldPanel("names"),
        FieldPanel("speakers"),
        FieldRowPanel([FieldPanel("language"), FieldPanel("slides")]),
        FieldPanel("abstract"),
        FieldPanel("materials"),
    ],
    heading=_("Talks"),
    label=_("Talk"),
    form=TalkForm,
)
SESSIONS = RowsPanel(
    "sessions",
    [
        FieldPanel("names"),
        FieldRowPanel([FieldPanel("day"), FieldPanel("begins"), FieldPanel("ends")]),
        FieldRowPanel([FieldPanel("room"), FieldPanel("chair")]),
        FieldRowPanel([FieldPanel("floor_language"), FieldPanel("glossary")]),
        FieldPanel("channels"),
        TALKS,
    ],
    heading=_("Agenda"),
    label=_("Session"),
    form=SessionForm,
    help_text=_("Times are those of the clock at the event's place."),
)


class EventViewSet(OfficeViewSet):
    model = Event
    form = EventForm
    edit_view_class = EventEditView
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
        MultiFieldPanel([FieldPanel("series"), FieldPanel("languages")], heading=_("Series and languages")),
        SESSIONS,
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [FieldPanel("capacity"), FieldPanel("registration_until"), FieldPanel("keep_days")]
                )
            ],
            heading=_("Registration"),
        ),
        MultiFieldPanel(
            [FieldPanel("proceedings"), InlinePanel("files", [FieldPanel("file")])],
            heading=_("Materials and proceedings"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("module_key"),
                FieldPanel("countries"),
                FieldPanel("species_keys"),
                FieldPanel("area_keys"),
                FieldPanel("area_key"),
            ],
            heading=_("What it is about"),
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
    list_display: ClassVar[list[Any]] = ["__str__", "kind", "event", "due", "state", "office", PUBLISHED]
    list_filter: ClassVar[list[str]] = ["kind", "state", "is_published"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("key"), FieldPanel("event"), FieldPanel("kind")]),
        FieldPanel("responsible"),
        FieldPanel("body"),
        FieldRowPanel([FieldPanel("due"), FieldPanel("state")]),
        FieldPanel("progress"),
        FieldPanel("is_published"),
    ]


class EventsGroup(ViewSetGroup):
    menu_label = _("Events")
    menu_icon = "date"
    menu_order = 240
    items = (EventViewSet, SeriesViewSet, CommitmentViewSet)
