"""The forms of the room: a new card, its archive, a correction of its clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from django import forms
from django.utils.translation import gettext_lazy as _

from amur.portal.cameras.models import CameraProject, Station
from amur.portal.cards.actions import About, Wrong
from amur.portal.cards.clocks import Shown
from amur.portal.cards.queries import projects_for
from amur.portal.offices.models import Person, valid_time_zone
from amur.science.cameras import clocks
from amur.science.cameras.clocks import Correction

ZONES: Final = (
    "Asia/Vladivostok",
    "Asia/Khandyga",
    "Asia/Chita",
    "Asia/Yakutsk",
    "Asia/Shanghai",
    "Asia/Harbin",
    "Asia/Choibalsan",
    "Asia/Ulaanbaatar",
    "Asia/Seoul",
)
"""Zones of the ecoregion and around it, as suggestions; every zone is taken."""


class LocalMoment(forms.CharField):
    """A day and time without zone; cleaned to a datetime, None where nothing is given."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is not None:
            raise forms.ValidationError(_("Write day and time such as 2026-03-01T14:30:00."))
        return moment


class NewCardForm(forms.Form):
    """For which deployment a card is. `about` is what `actions.open_card` takes."""

    use_required_attribute = True

    project = forms.ModelChoiceField(CameraProject.objects.none(), label=_("Project"), empty_label=None)
    station = forms.CharField(
        label=_("Station"),
        max_length=120,
        help_text=_("Its code. A code that does not stand in the project makes a new station"),
        widget=forms.TextInput(attrs={"list": "stations", "autocomplete": "off"}),
    )
    start = LocalMoment(label=_("Start of the deployment"), help_text=_("By the clocks of the place"))
    end = LocalMoment(label=_("End of the deployment"))
    time_zone = forms.CharField(
        label=_("Time zone of the place"),
        max_length=40,
        required=False,
        validators=[valid_time_zone],
        help_text=_("Such as Asia/Vladivostok; empty: that of the project"),
        widget=forms.TextInput(attrs={"list": "zones"}),
    )
    latitude = forms.FloatField(
        label=_("Latitude of a new station, degrees"), required=False, min_value=-90, max_value=90
    )
    longitude = forms.FloatField(
        label=_("Longitude of a new station, degrees"), required=False, min_value=-180, max_value=180
    )
    uncertainty = forms.FloatField(
        label=_("Uncertainty of the place, metres"), required=False, min_value=1, max_value=100_000
    )
    camera = forms.CharField(label=_("Number of the camera"), max_length=120, required=False)
    camera_model = forms.CharField(label=_("Model of the camera"), max_length=200, required=False)
    deployment = forms.CharField(
        label=_("Code of the deployment"),
        max_length=120,
        required=False,
        help_text=_(
            "Empty: station and first day. The code of a deployment that stands brings one more card into it"
        ),
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects_for(person)  # type: ignore[attr-defined]
        self.stations = (
            Station.objects.filter(project__in=projects_for(person))
            .order_by("code")
            .values_list("code", flat=True)
            .distinct()
        )
        self.zones = ZONES

    @property
    def about(self) -> About:
        """What was said, of a valid form."""
        given = self.cleaned_data
        project: CameraProject = given["project"]
        zone = ZoneInfo(given["time_zone"] or project.time_zone)
        return About(
            project=project,
            station=given["station"].strip(),
            deployment=given["deployment"].strip(),
            start=given["start"].replace(tzinfo=zone),
            end=given["end"].replace(tzinfo=zone),
            time_zone=zone.key,
            longitude=given["longitude"],
            latitude=given["latitude"],
            uncertainty_m=given["uncertainty"],
            camera=given["camera"],
            camera_model=given["camera_model"],
        )

    def refuse(self, wrong: Wrong) -> None:
        """Put what an action found wrong to its field."""
        self.add_error(wrong.field if wrong.field in self.fields else None, str(wrong.words))


class ArchiveForm(forms.Form):
    """A whole card as one ZIP archive."""

    use_required_attribute = True

    archive = forms.FileField(
        label=_("ZIP archive of the card"),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
    )


class ClockForm(forms.Form):
    """What the clock showed at one or two moments, and what it really was."""

    shown = LocalMoment(label=_("The clock showed"))
    true = LocalMoment(label=_("It really was"))
    shown_later = LocalMoment(label=_("Later the clock showed"), required=False)
    true_later = LocalMoment(
        label=_("It really was then"),
        required=False,
        help_text=_("With a second moment a clock that runs too fast or too slow is put right"),
    )
    first = forms.CharField(
        label=_("From this file on"),
        max_length=400,
        required=False,
        help_text=_("Empty: from the first file"),
    )

    def __init__(self, shown: Shown, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pictures = shown
        self.correction: Correction | None = None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first = 0
        if given.get("first"):
            found = self.pictures.place_of(given["first"])
            if found is None:
                self.add_error("first", _("No picture of this name is on the card. Copy it from the list."))
            first = found or 0
        later = (given.get("shown_later"), given.get("true_later"))
        if any(later) and not all(later):
            self.add_error("true_later", _("Give both times of the second moment, or neither."))
        if self.errors:
            return given
        shown, true = np.datetime64(given["shown"], "us"), np.datetime64(given["true"], "us")
        if not all(later):
            self.correction = clocks.by_offset(shown, true, first)
            return given
        try:
            self.correction = clocks.by_drift(
                (shown, np.datetime64(given["shown_later"], "us")),
                (true, np.datetime64(given["true_later"], "us")),
                first,
            )
        except ValueError:
            self.add_error(
                "true_later",
                _("No clock runs like this. The second moment must be later, by both times alike."),
            )
        return given
