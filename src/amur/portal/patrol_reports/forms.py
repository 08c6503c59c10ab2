"""The forms of the room: a new report, a new target."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import OWN_NAMES, Language
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Verb
from amur.portal.patrol_reports.models import Report, Target
from amur.portal.patrols import queries


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _in_order(given: dict[str, Any]) -> None:
    start, end = given.get("start"), given.get("end")
    if start and end and end < start:
        raise ValidationError(_("The end is before the start; exchange the days."))


class ReportForm(forms.Form):
    """What a run is to make."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), empty_label=None)
    kind = forms.ChoiceField(label=_("What"), choices=Report.Kind.choices)
    start = _day(_("From"))
    end = _day(_("To"))
    language = forms.ChoiceField(label=_("Language"), choices=list(OWN_NAMES.items()))

    def __init__(self, person: Person, today: datetime.date, language: Language, given: Any = None) -> None:
        first = (today.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
        super().__init__(given, initial={"start": first, "end": today, "language": language})
        field = self.fields["office"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = queries.offices_for(person, Verb.ADD)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        _in_order(given)
        return given

    @property
    def parameters(self) -> dict[str, Any]:
        """What the run takes."""
        given = self.cleaned_data
        days = {name: given[name].isoformat() for name in ("start", "end")}
        return {**days, "language": given["language"], "kind": given["kind"]}


class TargetForm(forms.ModelForm[Target]):
    """A new target; station, team, mandate and transport narrow it down."""

    start = _day(_("From"))
    end = _day(_("To"))

    class Meta:
        model = Target
        fields = (
            "office",
            "name",
            "measure",
            "amount",
            "start",
            "end",
            "station",
            "team",
            "mandate",
            "transport",
        )

    def __init__(self, person: Person, *args: Any) -> None:
        super().__init__(*args)
        offices = queries.offices_for(person, Verb.ADD)
        field = self.fields["office"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset, field.empty_label = offices, None
        self.fields["amount"].widget.attrs |= {"min": "0", "step": "any"}
        words = queries.words_of(queries.patrols_for(person).filter(office__in=offices))
        for name, values in words.items():
            known = [("", _("all")), *((one, one) for one in values)]
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label, choices=known, required=False
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        amount = given.get("amount")
        if amount is not None and not 0 < amount < float("inf"):
            self.add_error("amount", _("Write a number above 0."))
        _in_order(given)
        return given
