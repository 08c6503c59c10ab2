"""The forms of the room: what comes in, which patrols are meant, what foreign keys mean."""

import zoneinfo
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Verb
from amur.portal.patrols import queries
from amur.portal.patrols.queries import Filters


class ImportForm(forms.Form):
    """A file, the office whose patrols these are, the time zone of the place."""

    use_required_attribute = True

    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,.json,.zip"}),
        help_text=_("XML of SMART, JSON of its phones, or a ZIP archive of several"),
    )
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), empty_label=None)
    time_zone = forms.CharField(
        label=_("Time zone of the place"),
        max_length=40,
        required=False,
        help_text=_(
            "Such as Asia/Vladivostok; without one that of the office. SMART writes the local clock only."
        ),
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        field = self.fields["office"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = queries.offices_for(person, Verb.ADD)

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"].strip()
        if zone and zone not in zoneinfo.available_timezones():
            raise ValidationError(_("This is no time zone; write one such as Asia/Vladivostok."))
        return zone


class FilterForm(forms.Form):
    """Which patrols are meant. Wrong values are left out, as an old address may have some."""

    start = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    end = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    station = forms.ChoiceField(label=_("Station"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    mandate = forms.ChoiceField(label=_("Mandate"), required=False)
    transport = forms.ChoiceField(label=_("Transport"), required=False)

    def __init__(self, words: Mapping[str, list[str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, values in words.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", _("all")), *((one, one) for one in values)]

    @property
    def filters(self) -> Filters:
        """The filters that are right."""
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})


class KeysForm(forms.Form):
    """What unknown keys mean: a field for each; an empty one says that nothing of ours is meant."""

    def __init__(
        self, unknown: list[dict[str, Any]], known: set[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.unknown, self.known = unknown, known
        for number, one in enumerate(unknown):
            self.fields[f"key-{number}"] = forms.CharField(
                label=one["key"],
                required=False,
                max_length=1500,
                widget=forms.TextInput(attrs={"list": f"keys-{one['kind']}", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number, one in enumerate(self.unknown):
            name = f"key-{number}"
            if given.get(name) and (one["kind"], given[name]) not in self.known:
                self.add_error(name, _("Our data model has no such key; choose one from the list."))
        return given

    @property
    def chosen(self) -> list[list[str]]:
        """Kind, foreign key and ours of each."""
        return [
            [one["kind"], one["key"], self.cleaned_data[f"key-{number}"]]
            for number, one in enumerate(self.unknown)
        ]
