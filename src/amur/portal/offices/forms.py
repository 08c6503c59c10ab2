"""Forms of offices, legal notices and people for the editing pages."""

from typing import Any, Final

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from amur.portal.editing.fields import SourcesField, WordsField, country_code, language_code
from amur.portal.editing.forms import OfficeForm
from amur.portal.editing.geometry import check_point
from amur.portal.offices.models import Membership, Office, Person, Role
from amur.portal.offices.policies import PeoplePolicy, Subject, standing


class OfficeItselfForm(OfficeForm):
    """An office describes itself. Which language trees it keeps is settled by the operator."""

    languages = WordsField(check=language_code, help_text=_("Separated by commas: ru, mn"))
    sources = SourcesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not standing(self.for_user).unlimited:
            for name in ("key", "languages"):
                self.fields[name].disabled = True

    def clean_country(self) -> str:
        country_code(self.cleaned_data["country"])
        return str(self.cleaned_data["country"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, problem in check_point(cleaned.get("longitude"), cleaned.get("latitude")).items():
            self.add_error(name, problem)
        return cleaned


# Not registered for the model: Wagtail's own pages of users and groups stay with the operator.
PEOPLE: Final = PeoplePolicy(Person, Subject.PEOPLE)


class PersonForm(OfficeForm):
    """Somebody's account: name, roles in the office, a new password, and whether the account is open."""

    policy = PEOPLE

    roles = forms.MultipleChoiceField(
        label=_("Roles in the office"),
        required=False,
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Leave empty to keep the present one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = self.fields["roles"]
        self.fields["email"].required = False
        if self.instance.pk:
            held = self.instance.memberships.filter(office=self.instance.office)
            roles.initial = list(held.values_list("role", flat=True))
        else:
            self.fields["new_password"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk and self.instance == self.for_user and not cleaned.get("is_active", True):
            self.add_error("is_active", _("You cannot close your own account."))
        if not self.instance.pk and "office" in self.fields and not cleaned.get("office"):
            self.add_error("office", _("Say which office this person belongs to."))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        password = self.cleaned_data.get("new_password")
        if password:
            try:
                validate_password(password, self.instance)
            except ValidationError as error:
                self.add_error("new_password", error)

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data["new_password"]:
            self.instance.set_password(self.cleaned_data["new_password"])
        with transaction.atomic():
            person = super().save(commit=commit)
            if commit and person.office is not None:
                self._settle_roles(person.office)
        return person

    def _settle_roles(self, office: Office) -> None:
        wanted = set(self.cleaned_data["roles"])
        for one in Membership.objects.filter(person=self.instance, office=office):
            if one.role in wanted:
                wanted.remove(one.role)
            else:
                one.delete()
        for role in sorted(wanted):
            Membership.objects.create(person=self.instance, office=office, role=role)
