"""The form of a capture survey from camera records."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amur.portal.offices.models import Person
from amur.portal.population.actions import About
from amur.portal.population.camera_source import CameraRecords
from amur.portal.population.forms import KINDS, in_language, without_coordinates
from amur.portal.population.queries import offices_for
from amur.portal.population.wordings import POLICIES
from amur.portal.species.queries import scientific_name, species_choices
from amur.portal.surveys.models import CameraSurvey
from amur.portal.surveys.queries import surveys_for
from amur.science.cameras import Rules


class CameraRecordsForm(forms.Form):
    """A capture survey from camera records. `source` and `about` are what `actions.take_survey` takes."""

    use_required_attribute = True

    survey = forms.ModelChoiceField(
        CameraSurvey.objects.none(),
        label=_("Camera survey"),
        to_field_name="uuid",
        help_text=_("Its projects, place, period and groups choose the deployments"),
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    species = forms.ChoiceField(label=_("Species"), choices=())
    flanks = forms.ChoiceField(label=_("Flanks"), choices=tuple(POLICIES.items()), initial="all")
    occasion_days = forms.IntegerField(label=_("Days of an occasion"), min_value=1, max_value=366, initial=1)
    effort = forms.ChoiceField(
        label=_("Effort"),
        choices=(
            ("span", _("trap days by the time between start and end, outages left out")),
            (
                "calendar",
                _("trap days of the calendar: the first and the last day a half, days of an outage none"),
            ),
        ),
    )
    kind = forms.ChoiceField(label=_("Kind of detectors"), choices=KINDS[:2])
    buffer = forms.FloatField(
        label=_("Buffer around the detectors, metres"),
        min_value=100,
        max_value=500_000,
        initial=20_000,
        help_text=_("At least four times the sigma that you expect"),
    )
    columns = forms.IntegerField(
        label=_("Columns of the buffer's grid"), initial=64, min_value=16, max_value=400
    )

    def __init__(self, person: Person, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        mine = surveys_for(person).filter(office__in=offices_for(person))
        self.fields["survey"].queryset = mine  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["species"].choices = species_choices(person)  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return without_coordinates(self.cleaned_data["title"], self.language)

    @property
    def source(self) -> CameraRecords:
        """The records, to be read."""
        given = self.cleaned_data
        key = given["species"]
        rules = Rules(effort=given["effort"], occasion_days=given["occasion_days"], flanks=given["flanks"])
        return CameraRecords(
            given["survey"],
            scientific_name(key) or key,
            rules,
            given["kind"],
            given["buffer"],
            given["columns"],
        )

    def about(self, source: CameraRecords) -> About:
        """What the survey is. Raises `sources.Wrong`."""
        given = self.cleaned_data
        survey: CameraSurvey = given["survey"]
        return About(
            in_language(self.language, given["title"]),
            given["species"],
            survey.period_start,
            survey.period_end,
            source.crs,
            any(project.simulated for project in survey.projects.all()),
        )

    def refuse(self, problems: dict[str, list[str]]) -> None:
        """Put what is wrong beside its field."""
        for field, sentences in problems.items():
            for sentence in sentences:
                self.add_error(field, sentence)
