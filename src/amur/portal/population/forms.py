"""The forms of the room: a new survey, the models of a run, an offer and a consent."""

import re
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import as_language
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Verb
from amur.portal.population import modelling, uploads
from amur.portal.population.actions import About
from amur.portal.population.models import CaptureSurvey, JointAnalysis
from amur.portal.population.queries import offices_for
from amur.portal.release.entry import refuse_coordinates
from amur.portal.species.queries import species_choices

KINDS: Final = (
    ("proximity", _("cameras or hair snags: detected or not on an occasion")),
    ("count", _("cameras: how often on an occasion")),
    ("multi", _("traps that hold several animals")),
    ("single", _("traps that hold one animal (analysed as those of several)")),
)
PARTS: Final = {
    modelling.PLAIN: _("nothing varies"),
    "site": _("detection changes at a place where the animal was met before (bait, flash)"),
    "learned": _("detection changes everywhere after the first one"),
    "time": _("detection has a trend in time"),
    modelling.SEX: _("detection and range differ between two classes of animals, such as sexes"),
    "trend": _("density has a trend across the region"),
    "country": _("density differs between countries"),
    "session": _("density differs between sessions"),
    "array": _("detection differs between the detectors of the two offices"),
}
ACCEPTED: Final = ".txt,.csv,.tsv,.dat"


def in_language(language: str, words: str) -> MultilingualText:
    """A title in the language of whoever typed it; editors add the others."""
    code = as_language(language)
    return MultilingualText(code, {code: Translation(words, Status.REVIEWED)})


class SeveralFiles(forms.ClearableFileInput):
    """A field for several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; cleaned to a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)  # says that it is required, if it is
            return []
        return [super(FilesField, self).clean(one, initial) for one in given]


class NumbersField(forms.CharField):
    """Numbers with commas between them; cleaned to a tuple."""

    def __init__(self, *, whole: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.whole = whole

    def clean(self, value: Any) -> Any:
        words = [word for word in re.split(r"[,;\s]+", super().clean(value)) if word]
        try:
            numbers = tuple(int(word) if self.whole else float(word) for word in words)
        except ValueError:
            numbers = (0,)
        if not all(0 < number < 1e6 for number in numbers):
            raise forms.ValidationError(_("Write numbers above 0 with commas between, such as 48 or 30,45."))
        return numbers


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class NewSurveyForm(forms.Form):
    """Files of a survey and what they are. `source` and `about` are what `actions.take_survey` takes."""

    use_required_attribute = True

    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office that owns the survey"), empty_label=None
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    species = forms.ChoiceField(label=_("Species"), choices=())
    start = _day(_("First day"))
    end = _day(_("Last day"))
    kind = forms.ChoiceField(label=_("Kind of detectors"), choices=KINDS)
    traps = FilesField(
        label=_("Files of detectors"),
        help_text=_(
            "One, or one for each session: detector, easting, northing, then effort for each occasion; "
            "covariates after a slash"
        ),
        widget=SeveralFiles(attrs={"accept": ACCEPTED}),
    )
    captures = forms.FileField(
        label=_("File of captures"),
        help_text=_("Session, individual, occasion, detector, then covariates such as sex"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    crs = forms.CharField(
        label=_("Reference system of the coordinates"),
        max_length=100,
        help_text=_("Its EPSG code, such as EPSG:32652 for the UTM zone 52 north; metres, no degrees"),
    )
    masks = FilesField(
        label=_("Masks of the habitat"),
        required=False,
        help_text=_(
            "CSV with easting and northing of a regular grid of points, the places where centres of "
            "activity may lie, and covariates of density; one, or one for each session. A drawn mask is "
            "better than a buffer"
        ),
        widget=SeveralFiles(attrs={"accept": ".csv"}),
    )
    buffer = forms.FloatField(
        label=_("Buffer around the detectors, metres"),
        required=False,
        min_value=100,
        max_value=500_000,
        help_text=_("In place of a mask; at least four times the sigma that you expect"),
    )
    columns = forms.IntegerField(
        label=_("Columns of the buffer's grid"), required=False, initial=64, min_value=16, max_value=400
    )
    occasions = NumbersField(
        whole=True,
        label=_("Occasions"),
        required=False,
        max_length=200,
        help_text=_("Only where the files have no effort: 48, or 30,45 by session"),
    )
    cell_areas = NumbersField(
        whole=False,
        label=_("Hectares of a cell of the mask"),
        required=False,
        max_length=200,
        help_text=_("Only where the points are no regular grid"),
    )

    def __init__(self, person: Person, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        self.fields["office"].queryset = offices_for(person)  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["species"].choices = species_choices(person)  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return without_coordinates(self.cleaned_data["title"], self.language)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", _("The last day is before the first one."))
        if "masks" in cleaned and not cleaned["masks"] and not cleaned.get("buffer") and "buffer" in cleaned:
            self.add_error("masks", _("Give a mask, or a buffer below."))
        return cleaned

    @property
    def source(self) -> uploads.Files:
        """The files, to be read."""
        given = self.cleaned_data
        return uploads.Files(
            traps=given["traps"],
            captures=given["captures"],
            kind=given["kind"],
            crs=given["crs"].strip(),
            masks=given["masks"],
            buffer=0.0 if given["masks"] else given["buffer"],
            columns=given["columns"] or 64,
            occasions=given["occasions"],
            cell_areas=given["cell_areas"],
        )

    @property
    def about(self) -> About:
        """What the survey is."""
        given = self.cleaned_data
        return About(
            in_language(self.language, given["title"]),
            given["species"],
            given["start"],
            given["end"],
            given["crs"].strip(),
        )

    def refuse(self, problems: dict[str, list[str]]) -> None:
        """Put what is wrong with the files beside their fields."""
        for field, sentences in problems.items():
            for sentence in sentences:
                self.add_error(field, sentence)


class ModelsForm(forms.Form):
    """The set of models of a run. `parameters` has what a run takes once the form is valid."""

    title = forms.CharField(label=_("Title of the result"), max_length=200)
    functions = forms.MultipleChoiceField(
        label=_("Detection functions"),
        widget=forms.CheckboxSelectMultiple,
        choices=(
            ("HHN", _("HHN: half-normal hazard")),
            ("HEX", _("HEX: exponential hazard")),
            ("HHR", _("HHR: hazard rate, as a hazard")),
            ("HN", _("HN: half-normal probability")),
            ("EX", _("EX: exponential probability")),
            ("HR", _("HR: hazard rate, as a probability")),
        ),
        initial=["HHN", "HEX"],
    )
    parts = forms.MultipleChoiceField(
        label=_("What may vary"), widget=forms.CheckboxSelectMultiple, choices=(), initial=[modelling.PLAIN]
    )
    sex = forms.ChoiceField(label=_("The two classes of animals"), required=False, choices=())
    own = forms.CharField(
        label=_("Own formulas"),
        required=False,
        max_length=300,
        help_text=_("Such as: D~forest, lambda0~bk, sigma~1"),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    twice = forms.BooleanField(
        label=_("Also ask two detections of each animal (SCR-2), against wrong identifications"),
        required=False,
    )
    thorough = forms.BooleanField(
        label=_("Judge thoroughly: fit again with other masks and starts"), required=False, initial=True
    )

    def __init__(
        self, language: str, summary: dict[str, Any], *args: Any, joint: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        classes = list(summary["individual_covariates"].items())
        offered = [modelling.PLAIN, "site", "learned", "time"]
        if classes:
            offered.append(modelling.SEX)
            self.fields["sex"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
                (name, f"{name}: {', '.join(levels)}") for name, levels in classes
            ]
        else:
            del self.fields["sex"]
        offered.append("trend")
        if joint or len(summary["mask_countries"]) > 1:
            offered.append("country")
        if len(summary["sessions"]) > 1:
            offered.append("session")
        if joint:
            offered.append("array")
            del self.fields["own"]
        choices: list[Any] = [(name, format_lazy("{}", PARTS[name])) for name in offered]
        if not joint:
            choices += [
                (
                    f"{modelling.DENSITY}{name}",
                    format_lazy(_("density depends on “{name}” of the mask"), name=name),
                )
                for name in summary["mask_covariates"]
                if name.isidentifier()
            ]
        self.fields["parts"].choices = choices  # type: ignore[attr-defined]
        self.known = {
            "D": {*modelling.DENSITY_VARIABLES, *summary["mask_covariates"]},
            "": {*modelling.DETECTION_VARIABLES, *summary["detector_covariates"]},
        }
        self.parameters: dict[str, Any] = {}

    def clean_title(self) -> str:
        return without_coordinates(self.cleaned_data["title"], self.language)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        found = modelling.specs(cleaned["functions"], cleaned["parts"], cleaned.get("own", ""))
        if len(found) > modelling.MOST_MODELS:
            self.add_error(
                "parts",
                forms.ValidationError(
                    _("These are %(count)s models; at most %(most)s are possible."),
                    params={"count": len(found), "most": modelling.MOST_MODELS},
                ),
            )
            return cleaned
        sex = cleaned.get("sex", "") if modelling.SEX in cleaned["parts"] else ""
        try:
            unknown = modelling.unknown(modelling.models(modelling.as_json(found), sex), self.known)
        except ValueError as error:
            message = _("These formulas cannot be read: %(reason)s")
            self.add_error("own", forms.ValidationError(message, params={"reason": error}))
            return cleaned
        if unknown:
            message = _("The files have no “%(name)s” for this. Known are: %(known)s.")
            params = {"name": unknown[0], "known": ", ".join(sorted(unknown[1]))}
            self.add_error("own", forms.ValidationError(message, params=params))
            return cleaned
        self.parameters = {
            "models": modelling.as_json(found),
            "sex": sex,
            "twice": cleaned["twice"],
            "thorough": cleaned["thorough"],
            "names": in_language(self.language, cleaned["title"]).to_json(),
        }
        return cleaned


class OfferForm(forms.Form):
    """An offer of a survey to another office."""

    partner = forms.ModelChoiceField(Office.objects.none(), label=_("Office to work with"))
    title = forms.CharField(
        label=_("Title of the joint analysis"), max_length=200, help_text=_("Both offices read it")
    )
    consent = forms.BooleanField(label=_("Our office agrees to these terms and gives this survey"))

    def __init__(self, survey: CaptureSurvey, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        others = Office.objects.exclude(pk=survey.office_id).order_by("key")
        self.fields["partner"].queryset = others  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_title(self) -> str:
        return without_coordinates(self.cleaned_data["title"], self.language)

    @property
    def names(self) -> MultilingualText:
        """The title of the joint analysis."""
        return in_language(self.language, self.cleaned_data["title"])


class ConsentForm(forms.Form):
    """The consent of the office that was asked, with its own survey."""

    survey = forms.ModelChoiceField(CaptureSurvey.objects.none(), label=_("Our survey"), to_field_name="uuid")
    consent = forms.BooleanField(label=_("Our office agrees to these terms and gives this survey"))

    def __init__(
        self, person: Person, joint: JointAnalysis, office: Office, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        own = CaptureSurvey.objects.filter(
            office__in=offices_for(person, Verb.PUBLISH).filter(pk=office.pk), species_key=joint.species_key
        )
        self.fields["survey"].queryset = own  # type: ignore[attr-defined]  # a ModelChoiceField


def without_coordinates(words: str, language: str) -> str:
    """The words; ValidationError where they name coordinates, for others will read them."""
    row = JointAnalysis(names=in_language(language, words))
    try:
        refuse_coordinates(row, ("names",))
    except forms.ValidationError as wrong:
        raise forms.ValidationError(
            [message for each in wrong.message_dict.values() for message in each]
        ) from wrong
    return words
