"""The editing form of an issue: its quarter, its introduction, its stories in order."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amur.portal.editing.forms import OfficeForm, RowForm
from amur.portal.languages.codes import as_language
from amur.portal.newsletter import queries
from amur.portal.newsletter.models import IssueItem, ItemKind
from amur.portal.offices.policies import Verb

Group = tuple[str, list[tuple[str, str]]]


def story_choices() -> list[tuple[str, str] | Group]:
    """What may become a story, by kind, the newest first; a browser jumps to what is typed."""
    groups: dict[str, list[tuple[str, str]]] = {kind.value: [] for kind in ItemKind}
    for one in queries.choices(as_language(get_language())):
        groups[one.value.partition(":")[0]].append((one.value, f"{one.date} · {one.title}"))
    return [("", "–"), *((str(kind.label), groups[kind.value]) for kind in ItemKind if groups[kind.value])]


class ItemForm(RowForm):
    """One story of an issue."""

    what = forms.ChoiceField(label=_("Story"), choices=story_choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: IssueItem = self.instance
        if row.kind:
            stored = f"{row.kind}:{row.target}"
            self.initial["what"] = stored
            field: Any = self.fields["what"]
            known = {
                value for _label, group in field.choices if isinstance(group, list) for value, _ in group
            }
            if stored not in known:
                field.choices = [*field.choices, (stored, _("withdrawn: %(what)s") % {"what": stored})]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("what"):
            self.instance.kind, _colon, self.instance.target = cleaned["what"].partition(":")
        return cleaned


class IssueForm(OfficeForm):
    """An issue. A published one keeps its quarter and its stories in their order; its words may be mended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        formset = self.formsets.get("items")
        if formset is None or not self.instance.pk:
            return
        may_change = self.rights().may(self.for_user, Verb.CHANGE, self.instance)
        if self.instance.is_published or not may_change:
            self._keep_what_is_public(formset)

    def _keep_what_is_public(self, formset: Any) -> None:
        for name in ("year", "quarter"):
            self.fields[name].disabled = True
        formset.max_num = formset.initial_form_count()
        formset.validate_max = True
        for form in formset.initial_forms:
            for name, field in form.fields.items():
                field.disabled = name not in {"heading", "id"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        formset = self.formsets.get("items")
        told: set[str] = set()
        for form in formset.forms if formset is not None else ():
            given = form.cleaned_data if form.is_valid() else {}
            what = given.get("what")
            if not what or given.get("DELETE"):
                continue
            if what in told:
                form.add_error("what", ValidationError(_("This story is in the issue already.")))
            told.add(what)
        return cleaned
