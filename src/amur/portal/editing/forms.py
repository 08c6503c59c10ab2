"""The base form of records: the office is set, never chosen freely; translators change texts only."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import capfirst
from wagtail.permissions import policy_registry

from amur.portal.editing import conflicts
from amur.portal.editing.choices import limit_form
from amur.portal.editing.fields import LinesField
from amur.portal.languages.model_forms import MultilingualModelForm, multilingual_names
from amur.portal.offices.models import Office
from amur.portal.offices.policies import OfficePermissionPolicy, Verb, offices_where


def policy_of(model: type[Any]) -> OfficePermissionPolicy:
    """The policy that a subject has registered for its model."""
    policy = policy_registry.get_by_type(model)
    if not isinstance(policy, OfficePermissionPolicy):
        raise LookupError(f"{model.__name__} has no office policy; register it in wagtail_hooks")
    return policy


class RowForm(MultilingualModelForm):
    """The form of a row; fields that it declares itself take their labels from the model."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {field.name: field.verbose_name for field in self._meta.model._meta.fields}
        for name, field in self.fields.items():
            field.label = capfirst(field.label or labels.get(name))
            if isinstance(field, LinesField):
                field.stored = self.initial.get(name)


class OfficeForm(RowForm):
    """A record's form. `for_user` is the editor; the views pass it.

    `policy` is stated only where the model's registered policy is not meant.
    """

    policy: ClassVar[OfficePermissionPolicy | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("office", None)
            if not self.rights().may(self.for_user, Verb.CHANGE, self.instance):
                self._leave_texts_only()
        elif "office" in self.fields:
            self._settle_office()
        limit_form(self, self.for_user)
        conflicts.remember(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        conflicts.refuse_stale(self)
        return cleaned

    def rights(self) -> OfficePermissionPolicy:
        """The policy that this form obeys."""
        return self.policy or policy_of(self._meta.model)

    def _settle_office(self) -> None:
        offices = offices_where(self.for_user, Verb.ADD, self.rights().subject)
        own = list(offices[:2])
        if len(own) == 1:
            self.instance.office = own[0]
            del self.fields["office"]
            return
        choice = self.fields["office"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = offices
            choice.initial = own[0] if own and isinstance(own[0], Office) else None

    def _leave_texts_only(self) -> None:
        texts = set(multilingual_names(self))
        for name, field in self.fields.items():
            field.disabled = name not in texts
        for formset in self.formsets.values():
            formset.max_num = formset.initial_form_count()
            formset.validate_max = True
            for form in formset.forms:
                for field in form.fields.values():
                    field.disabled = True
