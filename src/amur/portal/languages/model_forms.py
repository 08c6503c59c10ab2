"""The base of all editing forms: a changed source text makes its untouched translations outdated."""

from typing import Any

from wagtail.admin.forms import WagtailAdminModelForm

from amur.portal.languages.forms import MultilingualFormField
from amur.portal.languages.text import MultilingualText


def multilingual_names(form: Any) -> list[str]:
    """The names of a form's fields that hold texts in four languages."""
    return [name for name, field in form.fields.items() if isinstance(field, MultilingualFormField)]


class MultilingualModelForm(WagtailAdminModelForm):
    """A model form that compares each text with the stored one before it is saved."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name in multilingual_names(self):
            before = self.initial.get(name)
            if name in cleaned and isinstance(before, MultilingualText):
                cleaned[name] = before.revised(cleaned[name])
        return cleaned
