"""The forms of the room: lines of a label, the start of a machine, a threshold, a network."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.portal.cameras.models import CameraProject, Observation
from amur.portal.offices.models import Office
from amur.portal.review.labels import Label
from amur.portal.review.models import Network

LINES: Final = 3
TYPES: Final = (
    ("", "–"),
    *((kind.value, kind.label) for kind in Observation.Type if kind != Observation.Type.UNCLASSIFIED),
)
_SCIENTIFIC: Final = re.compile(r"[A-Z][a-z-]+( [a-z-]+){0,2}")


class LineForm(forms.Form):
    """One line of a label. `known` gives scientific names by what people call a species, in small letters."""

    type = forms.ChoiceField(label=_("What it is"), choices=TYPES, required=False)
    species = forms.CharField(
        label=_("Species"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "species-known", "autocomplete": "off", "spellcheck": "false"}),
    )
    count = forms.IntegerField(label=_("Count"), min_value=1, max_value=10_000, required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "–"), *Observation.Sex.choices], required=False)
    life_stage = forms.ChoiceField(
        label=_("Life stage"), choices=[("", "–"), *Observation.Stage.choices], required=False
    )
    behaviour = forms.CharField(label=_("Behaviour"), max_length=200, required=False)
    uncertain = forms.BooleanField(label=pgettext_lazy("label", "Uncertain"), required=False)
    comments = forms.CharField(label=_("Comment"), max_length=1000, required=False)

    def __init__(self, known: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def clean_species(self) -> str:
        given = " ".join(self.cleaned_data["species"].split())
        if not given:
            return ""
        if found := self.known.get(given.casefold()):
            return found
        if _SCIENTIFIC.fullmatch(given):
            return given
        raise forms.ValidationError(
            _("“%(name)s” is not known. Choose a name of the list, or write the scientific one."),
            params={"name": given},
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind, species = given.get("type"), given.get("species")
        if species and not kind:
            given["type"] = kind = Observation.Type.ANIMAL.value
        if species and kind not in (Observation.Type.ANIMAL, Observation.Type.UNKNOWN):
            self.add_error("species", _("Only an animal has a species."))
        if not kind and any(
            given.get(name) for name in ("count", "sex", "life_stage", "behaviour", "uncertain")
        ):
            self.add_error("type", _("Say what it is."))
        return given

    @property
    def label_line(self) -> Label | None:
        """What the line says; None for an empty one. Whoever is uncertain says a guess and no species."""
        given = self.cleaned_data
        if not given.get("type"):
            return None
        unsure = given["uncertain"] or given["type"] == Observation.Type.UNKNOWN
        return Label(
            type=Observation.Type.UNKNOWN if unsure else given["type"],
            scientific_name="" if unsure else given["species"],
            count=given["count"],
            life_stage=given["life_stage"],
            sex=given["sex"],
            behaviour=given["behaviour"],
            perhaps=given["species"] if unsure else "",
            comments=given["comments"],
        )


class LabelForm:
    """The lines of a label, of which the first ones may be filled from what is known."""

    def __init__(
        self,
        known: Mapping[str, str],
        data: Any = None,
        lines: int = LINES,
        initial: tuple[dict[str, Any], ...] = (),
    ) -> None:
        self.lines = [
            LineForm(
                known, data, prefix=str(number), initial=initial[number] if number < len(initial) else None
            )
            for number in range(lines)
        ]
        self.problem = ""

    def labels(self) -> list[Label] | None:
        """What the lines say; None where something is wrong, which the form then tells."""
        wrong = [line for line in self.lines if not line.is_valid()]  # each tells its own errors
        if wrong:
            return None
        found = [line.label_line for line in self.lines]
        labels = [one for one in found if one is not None]
        if not labels:
            self.problem = str(_("Say what the sequence shows, or that it is blank."))
        elif len({one.view for one in labels}) < len(labels):
            self.problem = str(_("Two lines say the same; put the animals of a species into one line."))
        elif len(labels) > 1 and any(one.type == Observation.Type.BLANK for one in labels):
            self.problem = str(_("A sequence that shows something is not blank."))
        return None if self.problem else labels


class MachineForm(forms.Form):
    """Which machine looks at the sequences of a project. `parameters` are those of a run."""

    detector = forms.ModelChoiceField(
        Network.objects.none(),
        label=_("Detector"),
        required=False,
        to_field_name="uuid",
        empty_label=_("background of the station (needs no weights)"),
    )
    classifier = forms.ModelChoiceField(
        Network.objects.none(),
        label=_("Names of species by"),
        required=False,
        to_field_name="uuid",
        empty_label=_("nobody"),
    )
    again = forms.BooleanField(label=_("also sequences that have a suggestion already"), required=False)

    def __init__(self, project: CameraProject, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for task in Network.Task:
            field = self.fields[task.value]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
            field.queryset = Network.objects.filter(office=project.office_id, task=task)
        self.project = project

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("classifier") and not given.get("detector"):
            self.add_error("classifier", _("Names need boxes: choose a detector of your office, too."))
        return given

    @property
    def parameters(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "project": str(self.project.uuid),
            "again": given["again"],
            **{task.value: str(one.uuid) if (one := given[task.value]) else "" for task in Network.Task},
        }


class ThresholdForm(forms.Form):
    """The score from which a sequence is not blank."""

    threshold = forms.FloatField(
        label=_("Threshold"),
        min_value=0.001,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )

    allow_multiple_selected = True


class NetworkForm(forms.Form):
    """A network: its manifest, its weights and labels."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), empty_label=None)
    manifest = forms.FileField(
        label=_("Manifest"),
        help_text=_("TOML or JSON; the manual has an example"),
        widget=forms.ClearableFileInput(attrs={"accept": ".toml,.json"}),
    )
    weights = forms.FileField(
        label=_("Weights"),
        help_text=_("In the ONNX format, in one file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".onnx"}),
    )
    labels = forms.FileField(
        label=_("Labels"),
        required=False,
        help_text=_("Of a classifier: one label in each line"),
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,.csv"}),
    )

    def __init__(self, offices: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = offices
