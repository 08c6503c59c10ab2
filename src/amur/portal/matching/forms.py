"""The forms of the room: partners, agreements, a new round, a package, a verdict, a passport."""

import hashlib
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.portal.identity.queries import MARKED, binomial
from amur.portal.matching import holdings, queries
from amur.portal.matching.models import Agreement, Partner
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Verb

LIMIT_BYTES = 512 << 20
TEXT_BYTES = 32 << 20
CLASSES = ("flanks", "crops", "verdicts")


class OfficeChoice(forms.Form):
    """Any form about one of the person's offices."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Our office"), to_field_name="key")

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = queries.offices_for(person, Verb.PUBLISH)
        field: Any = self.fields["office"]
        field.queryset = offices
        if offices.count() == 1:
            field.initial = offices[0].key
            field.widget = forms.HiddenInput()


class PartnerForm(OfficeChoice):
    """Another office: one of this centre, or the key that it sent."""

    local = forms.ModelChoiceField(
        Office.objects.all(), label=_("Office of this centre"), required=False, to_field_name="key"
    )
    name = forms.CharField(label=_("or the name of an office elsewhere"), max_length=200, required=False)
    card = forms.CharField(
        label=_("and its public key"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("local") is not None and given["local"] == given.get("office"):
            self.add_error("local", _("This is our own office."))
        if given.get("local") is None and not (given.get("name") and given.get("card")):
            self.add_error(
                "card", _("Choose an office of this centre, or give the name and the key of another one.")
            )
        return given


class AgreementForm(forms.ModelForm):
    """What a signed text lets a partner have. Every box that is not ticked means no."""

    text = forms.FileField(
        label=_("The signed text"),
        help_text=_("Only its SHA-256 is kept, so that both sides can tell that they mean the same text."),
    )
    species = forms.MultipleChoiceField(
        label=_("Species"), choices=[(one, one) for one in MARKED], widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Agreement
        fields = ("partner", "code", "version", "clause", *CLASSES, "valid_from", "valid_until")
        widgets = {  # noqa: RUF012  # Django's way
            "valid_from": forms.DateInput(attrs={"type": "date"}),
            "valid_until": forms.DateInput(attrs={"type": "date"}),
        }

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["partner"]
        field.queryset = queries.partners_for(person, Verb.PUBLISH)

    def clean_text(self) -> Any:
        given = self.cleaned_data["text"]
        if given.size > TEXT_BYTES:
            raise forms.ValidationError(_("The file is too large for a text; at most 32 MiB are taken."))
        return given

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("valid_from"), given.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day is before the first."))
        if not any(given.get(name) for name in CLASSES):
            self.add_error("flanks", _("Tick at least one kind of record that the text names."))
        return given

    def save_for(self, person: Person) -> Agreement:
        """Store the agreement."""
        row: Agreement = self.save(commit=False)
        digest = hashlib.sha256()
        for chunk in self.cleaned_data["text"].chunks():
            digest.update(chunk)
        row.office, row.entered_by, row.text_sha256 = row.partner.office, person, digest.hexdigest()
        row.species = self.cleaned_data["species"]
        row.save()
        return row


class AskForm(forms.Form):
    """Which animals a round asks about."""

    animals = forms.MultipleChoiceField(
        label=_("Animals"), required=False, widget=forms.CheckboxSelectMultiple
    )
    unnamed = forms.BooleanField(label=_("also visits that nobody has identified"), required=False)
    only_new = forms.BooleanField(
        label=_("only flanks that this partner was not asked about before"), required=False, initial=True
    )

    def __init__(self, partner: Partner, species: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partner, self.species = partner, binomial(species)
        field: Any = self.fields["animals"]
        field.choices = [(str(one.pk), str(one)) for one in holdings.animals(partner.office, species)]
        field.initial = [pk for pk, _name in field.choices]

    @property
    def flanks(self) -> Collection[Any]:
        """The flanks to ask about."""
        chosen = {int(pk) for pk in self.cleaned_data["animals"]}
        found = holdings.to_ask(
            self.partner.office, self.species, chosen, unnamed=self.cleaned_data["unnamed"]
        )
        before = queries.sent_before(self.partner) if self.cleaned_data["only_new"] else frozenset()
        return [one for one in found if one.pk not in before]


class PackageForm(OfficeChoice):
    """A package that came by mail or on a stick."""

    package = forms.FileField(label=_("The package"), widget=forms.FileInput(attrs={"accept": ".amr"}))


class SearchForm(forms.Form):
    """How likely a candidate must be to be named."""

    threshold = forms.FloatField(
        label=_("Least probability of a candidate"), min_value=0.05, max_value=1, initial=0.5,
        widget=forms.NumberInput(attrs={"step": "0.05"}),
    )  # fmt: skip


class VerdictForm(forms.Form):
    """What an expert says of a pair."""

    verdict = forms.ChoiceField(
        choices=[
            ("same", pgettext_lazy("verdict", "the same animal")),
            ("different", pgettext_lazy("verdict", "different animals")),
            ("unsure", pgettext_lazy("verdict", "cannot be told")),
        ]
    )


class PassportForm(forms.Form):
    """The passport of a joint animal, and our name for it."""

    passport = forms.RegexField(
        r"^AMUR-[A-Z]{3}-[0-9]{4,8}$", label=_("Shared passport"), max_length=24,
        error_messages={"invalid": _("Write a passport such as AMUR-PTI-012345.")},
    )  # fmt: skip
    home = forms.CharField(
        label=_("Our name for it"), required=False, max_length=40,
        help_text=_("The other office is told this name. Leave it empty to keep it."),
    )  # fmt: skip
