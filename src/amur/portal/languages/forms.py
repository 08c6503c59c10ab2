"""The form field for texts in four languages: one row a language with text, status and source."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import HTML_TAGS, LANGUAGES, OWN_NAMES, as_language
from amur.portal.languages.text import MultilingualText, Status, Translation

STATUS_LABELS = {
    Status.REVIEWED: _("reviewed"),
    Status.DRAFT: _("draft"),
    Status.MACHINE: _("machine translation"),
    Status.OUTDATED: _("outdated"),
}


class MultilingualWidget(forms.Widget):
    """One fieldset a language: text, status, where it comes from; and the choice of the source language."""

    template_name = "languages/multilingual_widget.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        text = value if isinstance(value, MultilingualText) else MultilingualText()
        context["rows"] = [
            {
                "code": code,
                "tag": HTML_TAGS[code],
                "label": OWN_NAMES[code],
                "translation": text.texts.get(code),
            }
            for code in LANGUAGES
        ]
        context["source"] = text.source
        context["statuses"] = [(str(status), label) for status, label in STATUS_LABELS.items()]
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> MultilingualText:
        texts = {}
        for code in LANGUAGES:
            words = str(data.get(f"{name}-{code}", "")).strip()
            if words:
                basis = str(data.get(f"{name}-{code}-basis", "")).strip()
                texts[code] = Translation(
                    words, Status(data.get(f"{name}-{code}-status", "draft")), basis or None
                )
        return MultilingualText(as_language(data.get(f"{name}-source")), texts)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-source" not in data


class MultilingualFormField(forms.Field):
    """Cleans to a `MultilingualText`; marks untouched translations outdated when the source text changed."""

    widget = MultilingualWidget

    def clean(self, value: Any) -> MultilingualText:
        text = value if isinstance(value, MultilingualText) else MultilingualText()
        if self.required and not text:
            raise ValidationError(_("Write the text in at least one language."))
        if text and not text.has(text.source):
            raise ValidationError(_("The source language has no text: write it, or choose another source."))
        return text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or MultilingualText()) != data)
