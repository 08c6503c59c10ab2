"""The forms of the room: what comes in, what is looked for, a project, its outages."""

import datetime
import zoneinfo
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from amur.disclosure.texts import scan
from amur.portal.cameras import queries
from amur.portal.cameras.actions import Span
from amur.portal.cameras.library import Filters
from amur.portal.cameras.models import CameraProject, Deployment, Event, Observation
from amur.portal.languages.codes import as_language
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Verb

FORMATS: Final = (
    ("camtrapdp", _("Camtrap DP package (ZIP)")),
    ("wildlife-insights", _("Wildlife Insights export (ZIP)")),
    ("camtrapr", _("camtrapR tables (ZIP, or a record table as CSV)")),
    ("timelapse", _("Timelapse (CSV)")),
    ("coco", _("COCO Camera Traps (JSON)")),
    ("megadetector", _("results of MegaDetector (JSON)")),
    ("speciesnet", _("results of SpeciesNet (JSON)")),
)
EXPORTS: Final = (
    ("camtrapdp", _("Camtrap DP, as the office has it")),
    ("camtrapr", _("camtrapR tables, as the office has it")),
    ("csv", _("plain CSV, as the office has it")),
    ("darwin-core", _("Darwin Core Archive, as everybody may have it")),
    ("camtrapdp-released", _("Camtrap DP, as everybody may have it")),
)
OUTAGE_ROWS: Final = 3
"""Empty rows below the known outages."""


def in_language(language: str, words: str) -> MultilingualText:
    """A name in the language of whoever typed it; others are added later."""
    code = as_language(language)
    return MultilingualText(code, {code: Translation(words, Status.REVIEWED)})


class ImportForm(forms.Form):
    """A file, what it is, and the project into which it goes."""

    use_required_attribute = True

    file = forms.FileField(
        label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": ".zip,.csv,.json"})
    )
    format = forms.ChoiceField(label=_("What it is"), choices=FORMATS)
    project = forms.ModelChoiceField(
        CameraProject.objects.none(),
        label=_("Project"),
        required=False,
        to_field_name="uuid",
        empty_label=_("a new project"),
    )
    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office that owns a new project"), empty_label=None, required=False
    )
    title = forms.CharField(label=_("Name of a new project"), max_length=100, required=False)
    time_zone = forms.CharField(
        label=_("Time zone of a new project"),
        max_length=40,
        required=False,
        help_text=_("Such as Asia/Vladivostok; without one that of the office"),
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self._set("project", queries.projects_for(person, Verb.ADD))
        self._set("office", queries.offices_for(person))

    def _set(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"].strip()
        if scan(title):
            raise ValidationError(_("A name that everybody may read names no coordinates."))
        return title

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"].strip()
        if zone and zone not in zoneinfo.available_timezones():
            raise ValidationError(_("This is no time zone; write one such as Asia/Vladivostok."))
        return zone

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("project"):
            return given
        if given.get("format") in ("megadetector", "speciesnet"):
            self.add_error("project", _("Results of a detector belong to a project that is there."))
        elif not given.get("title"):
            self.add_error("title", _("Name the new project, or choose one that is there."))
        if not given.get("office"):
            offices = list(queries.offices_for(self.person)[:2])
            if len(offices) == 1:
                given["office"] = offices[0]
            else:
                self.add_error("office", _("Choose the office."))
        return given

    @property
    def key(self) -> str:
        """A key for a new project that nobody has."""
        base = slugify(self.cleaned_data["title"])[:100] or "project"
        taken = set(CameraProject.objects.filter(key__startswith=base).values_list("key", flat=True))
        tried = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
        return next(key for key in tried if key not in taken)


class LibraryForm(forms.Form):
    """What is looked for in the library. Wrong values are left out, as an old address may have some."""

    station = forms.ChoiceField(label=_("Station"), required=False)
    deployment = forms.ChoiceField(label=_("Deployment"), required=False)
    start = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    end = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    species = forms.ChoiceField(label=_("Species"), required=False)
    type = forms.ChoiceField(label=_("What is seen"), required=False)
    state = forms.ChoiceField(label=_("State of the sequence"), required=False)
    name = forms.CharField(label=_("File name contains"), required=False, max_length=100)
    identified = forms.BooleanField(label=_("Only with an individual"), required=False)

    def __init__(
        self, stations: list[str], deployments: list[str], species: list[str], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("all"))
        for name, values in (("station", stations), ("deployment", deployments), ("species", species)):
            self._choices(name, [everything, *((one, one) for one in values)])
        self._choices("type", [everything, *Observation.Type.choices])
        self._choices("state", [everything, *Event.State.choices])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def filters(self) -> Filters:
        """The filters that are right."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return Filters(**given)


class ProjectForm(forms.ModelForm):
    """The rules of a project that people may change."""

    class Meta:
        model = CameraProject
        fields = ("time_zone", "sampling_design", "event_gap_s", "opinions_needed")


class OutageForm(forms.Form):
    """A time in which a camera did not work, in the time of the place; an empty row says nothing."""

    start = forms.DateTimeField(
        label=_("From"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    end = forms.DateTimeField(
        label=_("To"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("start")) != bool(given.get("end")) and not self.errors:
            raise ValidationError(_("An outage needs both its start and its end."))
        return given


OutageForms = forms.formset_factory(OutageForm, extra=OUTAGE_ROWS)


def outages_of(deployment: Deployment) -> list[dict[str, Any]]:
    """The known outages as first values of the forms, in the time of the place."""
    zone = zoneinfo.ZoneInfo(deployment.time_zone)

    def local(moment: datetime.datetime) -> datetime.datetime:
        return moment.astimezone(zone).replace(tzinfo=None)

    return [
        {"start": local(one.start), "end": local(one.end), "reason": one.reason}
        for one in deployment.outages.all()
    ]


def spans_of(forms_given: Any, deployment: Deployment) -> list[Span]:
    """The outages that forms say, as instants."""
    zone = zoneinfo.ZoneInfo(deployment.time_zone)
    return [
        (
            one["start"].replace(tzinfo=zone).astimezone(datetime.UTC),
            one["end"].replace(tzinfo=zone).astimezone(datetime.UTC),
            one.get("reason", ""),
        )
        for one in forms_given.cleaned_data
        if one.get("start") and one.get("end")
    ]
