"""The two forms of a new survey: which deployments (asked by GET, so that counts are live), and the rules."""

import json
from typing import Any, Final

from django import forms
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon
from django.utils.translation import gettext_lazy as _

from amur.portal.areas.queries import placed_for
from amur.portal.cameras.models import CameraProject
from amur.portal.languages.codes import as_language
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.offices.models import Office, Person
from amur.portal.release.entry import refuse_coordinates
from amur.portal.surveys.actions import About
from amur.portal.surveys.choosing import Choice, place_of
from amur.portal.surveys.models import CameraSurvey
from amur.portal.surveys.queries import offices_for, projects_for
from amur.portal.surveys.wordings import RULES, species_words

MOST_CORNERS: Final = 20_000
MOST_SPECIES: Final = 60


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _of(*names: str) -> list[tuple[str, Any]]:
    return [(name, RULES[name]) for name in names]


class PlaceField(forms.CharField):
    """A polygon as GeoJSON or as WKT, in degrees; cleaned to a geometry, None for nothing."""

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        try:
            given = GEOSGeometry(_geometry(text), srid=4326)
        except (ValueError, TypeError, KeyError, AttributeError, GEOSException, GDALException) as error:
            raise forms.ValidationError(
                _("This is no polygon. Write GeoJSON or WKT in degrees, such as POLYGON ((131 43, …)).")
            ) from error
        if not isinstance(given, Polygon | MultiPolygon) or given.empty or not given.valid:
            raise forms.ValidationError(_("Give one whole polygon, whose sides do not cross."))
        west, south, east, north = given.extent
        if given.num_coords > MOST_CORNERS or not (
            -180 <= west <= east <= 180 and -90 <= south <= north <= 90
        ):
            raise forms.ValidationError(_("The corners are in degrees, longitude first, and 20,000 at most."))
        return given


def _geometry(text: str) -> str:
    """The geometry in GeoJSON that may wrap it in a feature; WKT as it is."""
    if not text.startswith("{"):
        return text
    document = json.loads(text)
    for _depth in range(2):
        if document.get("type") == "FeatureCollection" and len(document.get("features", ())) == 1:
            document = document["features"][0]
        if document.get("type") == "Feature":
            document = document["geometry"]
    return json.dumps(document)


class ChoiceForm(forms.Form):
    """Which deployments. `choice` is what `choosing` takes."""

    use_required_attribute = True

    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office that owns the survey"), empty_label=None
    )
    projects = forms.ModelMultipleChoiceField(
        CameraProject.objects.none(), label=_("Camera projects"), widget=forms.CheckboxSelectMultiple
    )
    start = _day(_("First day"))
    end = _day(_("Last day"))
    area = forms.ChoiceField(label=_("Area of the register"), required=False, choices=())
    place = PlaceField(
        label=_("Or a polygon"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("GeoJSON or WKT in degrees; with an area, both have to hold a camera"),
    )
    groups = forms.CharField(
        label=_("Groups or tags of deployments"),
        required=False,
        max_length=400,
        help_text=_("With commas between; a deployment needs one of them"),
    )
    level = forms.ChoiceField(
        label=_("Observations of"),
        required=False,
        choices=[("", _("sequences where there are any, else pictures")), *_of("event", "media")],
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = offices_for(person)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["projects"].queryset = projects_for(person)  # type: ignore[attr-defined]
        areas = {one.key: str(one.names) for office in offices for one in placed_for(office)}
        named = sorted(areas.items(), key=lambda one: one[1])
        self.fields["area"].choices = [("", _("anywhere")), *named]  # type: ignore[attr-defined]

    def clean_groups(self) -> list[str]:
        return [word.strip() for word in self.cleaned_data["groups"].split(",") if word.strip()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end, office = cleaned.get("start"), cleaned.get("end"), cleaned.get("office")
        if start and end and end < start:
            self.add_error("end", _("The last day is before the first one."))
        if office and any(project.office_id != office.pk for project in cleaned.get("projects", ())):
            self.add_error(
                "projects",
                _("Choose projects of one office. Two offices count together in a joint analysis."),
            )
        return cleaned

    @property
    def choice(self) -> Choice:
        """What was chosen."""
        given = self.cleaned_data
        return Choice(
            list(given["projects"]),
            given["start"],
            given["end"],
            place_of(given["office"], given["area"], given["place"]),
            given["groups"],
            given["level"],
        )


class RulesForm(forms.Form):
    """Title, species and definitions. `rules` is what the survey stores."""

    use_required_attribute = True

    title = forms.CharField(label=_("Title"), max_length=200)
    matrices = forms.MultipleChoiceField(
        label=_("Detection matrices of"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    individuals = forms.ChoiceField(label=_("Known animals of"), required=False, choices=())
    flanks = forms.ChoiceField(
        label=_("Flanks"), choices=_of("all", "left", "right", "linked", "minimum"), initial="all"
    )
    first = forms.ChoiceField(label=_("Daily activity of"), required=False, choices=())
    second = forms.ChoiceField(label=_("compared with that of"), required=False, choices=())
    solar = forms.BooleanField(label=_("Times of day follow sunrise and sunset"), required=False)
    effort = forms.ChoiceField(label=_("Effort"), choices=_of("span", "calendar"), initial="span")
    minutes = forms.FloatField(
        label=_("Minutes between independent events"), min_value=0, max_value=10_080, initial=60
    )
    rule = forms.ChoiceField(
        label=_("Independence"), choices=_of("last-record", "last-event"), initial="last-record"
    )
    occasion_days = forms.IntegerField(label=_("Days of an occasion"), min_value=1, max_value=366, initial=7)
    begins = forms.ChoiceField(label=_("Occasions begin"), choices=_of("survey", "station"), initial="survey")
    minimum_effort = forms.FloatField(
        label=_("Cells of a matrix with at most so many days are not available"),
        min_value=0,
        max_value=366,
        initial=0,
    )

    def __init__(self, species: list[str], language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        code = as_language(language)
        named = [(name, species_words(name, code)) for name in species[:MOST_SPECIES]]
        self.fields["matrices"].choices = named  # type: ignore[attr-defined]  # a MultipleChoiceField
        for field in ("individuals", "first", "second"):
            self.fields[field].choices = [("", _("none")), *named]  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        survey = CameraSurvey(names=in_language(self.language, title))
        try:
            refuse_coordinates(survey, ("names",))
        except forms.ValidationError as error:
            raise forms.ValidationError(error.messages) from error
        return title

    @property
    def rules(self) -> dict[str, Any]:
        """The rules of science."""
        given = self.cleaned_data
        pair = list(dict.fromkeys(name for name in (given["first"], given["second"]) if name))
        same = ("matrices", "individuals", "flanks", "solar", "effort", "minutes", "rule", "occasion_days")
        return {
            **{name: given[name] for name in same},
            "start": given["begins"],
            "minimum_effort": given["minimum_effort"],
            "activity": pair,
        }

    def about(self, choice: "ChoiceForm") -> About:
        """What the survey is called, and where it was chosen."""
        given = choice.cleaned_data
        return About(in_language(self.language, self.cleaned_data["title"]), given["area"], given["place"])


def in_language(language: str, words: str) -> MultilingualText:
    """A title in the language of whoever typed it; editors add the others."""
    code = as_language(language)
    return MultilingualText(code, {code: Translation(words, Status.REVIEWED)})
