"""The form of the side-by-side editor: one field a segment, named after it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.admin.widgets import AdminAutoHeightTextInput

from amur.portal.languages.codes import HTML_TAGS, OWN_NAMES, Language
from amur.portal.translations.models import WorkState
from amur.portal.translations.registry import Content
from amur.portal.website.blocks import RICH_TEXT

STATES = [(WorkState.DRAFT.value, _("draft")), (WorkState.REVIEWED.value, _("reviewed"))]


class TranslationForm(forms.Form):
    """A translator's texts, the state that they are in, and what was in view when they were written."""

    token = forms.CharField(widget=forms.HiddenInput)
    source_token = forms.CharField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("State of the translation"), choices=STATES, widget=forms.RadioSelect)

    def __init__(self, content: Content, language: Language, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segments = content.wanted(language)
        for one in self.segments:
            widget = (
                get_rich_text_editor_widget(features=RICH_TEXT) if one.rich else AdminAutoHeightTextInput()
            )
            widget.attrs |= {"lang": HTML_TAGS[language]}
            if one.rich:  # the editor in the browser takes its name from here, not from a label
                widget.options |= {"ariaLabel": f"{one.label}: {OWN_NAMES[language]}"}
            field = forms.CharField(label=str(one.label), required=False, widget=widget, strip=True)
            if one.id == "title":
                field.required = True
                field.max_length = 255
            self.fields[name_of(one.id)] = field

    @property
    def texts(self) -> dict[str, str]:
        """The given texts by segment."""
        return {one.id: self.cleaned_data.get(name_of(one.id)) or "" for one in self.segments}


def name_of(segment: str) -> str:
    """The name of a segment's field."""
    return f"text-{segment.replace('.', '-')}"  # a dot is no part of a selector
