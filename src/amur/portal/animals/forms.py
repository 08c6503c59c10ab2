"""The forms of a passport: each says one thing of an animal. `kind` tells which one was sent."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.portal.animals import lives, queries
from amur.portal.animals.models import AgeClass, Animal, Sex, Status, Trait
from amur.portal.languages.dates import reduced_date
from amur.portal.media.models import Kind, MediaFile


class Saying(forms.Form):
    """One statement; subclasses add what it is about."""

    kind: ClassVar[str]
    title: ClassVar[Any]

    reason = forms.CharField(label=_("Reason"), required=False, max_length=2000)

    def __init__(self, animal: Animal, person: Any, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{self.kind}-%s")
        self.animal = animal
        self.prepare(person)

    def prepare(self, person: Any) -> None:
        """Narrow choices to what belongs to the animal's office."""

    def others(self) -> "Any":
        """The other animals of the office and species that are merged into none."""
        heads = queries.heads_of(self.animal.office, [self.animal.species_key])
        wanted = [one.pk for one in heads if one.pk != queries.current(self.animal).pk]
        return Animal.objects.filter(pk__in=wanted)


class TraitForm(Saying):
    """Sex, age class or status, as of a day."""

    kind = "trait"
    title = _("Sex, age, status")

    value = forms.ChoiceField(
        label=_("What"),
        choices=[
            (_("sex"), [(f"sex {one.value}", one.label) for one in Sex]),
            (_("age class"), [(f"age {one.value}", one.label) for one in AgeClass]),
            (_("status"), [(f"status {one.value}", one.label) for one in Status]),
        ],
    )
    on = forms.CharField(
        label=_("As of"), max_length=10, validators=[reduced_date], help_text="2026, 2026-05, 2026-05-17"
    )
    certainty = forms.ChoiceField(label=_("Certainty"), choices=Trait.Certainty.choices)
    field_order = ("value", "on", "certainty", "reason")


class NameForm(Saying):
    """A name or code that an office or another house uses."""

    kind = "name"
    title = _("Home name")

    name = forms.CharField(label=_("Name or code"), max_length=120)
    house = forms.CharField(
        label=_("House that calls it so"),
        max_length=200,
        required=False,
        help_text=_("Empty: our own office"),
    )
    field_order = ("name", "house")

    def prepare(self, person: Any) -> None:
        del self.fields["reason"]


class MotherForm(Saying):
    """The animal's mother."""

    kind = "mother"
    title = _("Mother")

    mother = forms.ModelChoiceField(Animal.objects.none(), label=_("Mother"))
    certainty = forms.ChoiceField(label=_("Certainty"), choices=Trait.Certainty.choices)
    field_order = ("mother", "certainty", "reason")

    def prepare(self, person: Any) -> None:
        field = self.fields["mother"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = self.others()


class MergeForm(Saying):
    """The other animal that this one is."""

    kind = "merge"
    title = _("It is the same animal as")

    into = forms.ModelChoiceField(Animal.objects.none(), label=_("Animal"))
    field_order = ("into", "reason")

    def prepare(self, person: Any) -> None:
        field = self.fields["into"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = self.others()


class SplitForm(Saying):
    """The visits that show another animal, and which one: a known one or a new one."""

    kind = "split"
    title = _("Some visits show another animal")

    visits = forms.MultipleChoiceField(
        label=pgettext_lazy("camera", "Visits"), choices=(), widget=forms.CheckboxSelectMultiple
    )
    into = forms.ModelChoiceField(
        Animal.objects.none(), label=_("Animal"), required=False, empty_label=_("a new animal")
    )
    field_order = ("visits", "into", "reason")

    def prepare(self, person: Any) -> None:
        visits, into = self.fields["visits"], self.fields["into"]
        life = lives.life_of(self.animal, person)
        if isinstance(visits, forms.MultipleChoiceField):
            visits.choices = [(str(one.encounter.uuid), one.label) for one in (life.visits if life else ())]
        if isinstance(into, forms.ModelChoiceField):
            into.queryset = self.others()


class PassportForm(Saying):
    """Years of birth, and the portrait among the public files of the office."""

    kind = "passport"
    title = _("Birth and portrait")

    born_from = forms.IntegerField(
        label=_("born not before the year"), required=False, min_value=1950, max_value=2100
    )
    born_to = forms.IntegerField(
        label=_("born not after the year"), required=False, min_value=1950, max_value=2100
    )
    portrait = forms.ModelChoiceField(
        MediaFile.objects.none(),
        label=_("Portrait, of the public files of the office"),
        required=False,
        to_field_name="key",
    )
    field_order = ("born_from", "born_to", "portrait")

    def prepare(self, person: Any) -> None:
        del self.fields["reason"]
        field = self.fields["portrait"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = MediaFile.objects.filter(
                office=self.animal.office, kind=Kind.PICTURE, is_published=True
            )
        self.initial = {
            "born_from": self.animal.born_from,
            "born_to": self.animal.born_to,
            "portrait": self.animal.portrait_key,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("born_from"), cleaned.get("born_to")
        if first and last and first > last:
            raise ValidationError({"born_to": _("The last year lies before the first.")})
        return cleaned


FORMS: dict[str, type[Saying]] = {
    form.kind: form for form in (TraitForm, NameForm, MotherForm, MergeForm, SplitForm, PassportForm)
}


def forms_for(animal: Animal, person: Any, sent: Saying | None = None) -> dict[str, Saying]:
    """All forms of a passport; the one that was sent keeps what was wrong in it."""
    return {
        kind: sent if sent is not None and sent.kind == kind else form(animal, person)
        for kind, form in FORMS.items()
    }
