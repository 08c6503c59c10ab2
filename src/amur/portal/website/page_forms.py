"""The forms of the newsroom's pages: choices instead of keys, and what publishing demands of pictures."""

from collections.abc import Callable, Iterator
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from amur.portal.languages.codes import Language, as_language
from amur.portal.languages.dates import BABEL_LOCALES
from amur.portal.media.models import MediaFile
from amur.portal.media.queries import choosable, missing_alt
from amur.portal.offices.policies import Subject, Verb, offices_where
from amur.portal.release.queries import released
from amur.portal.website.blocks import pictures_of
from amur.portal.website.dated import COUNTRIES

Choices = list[tuple[str, str]]


def _language() -> Language:
    return as_language(get_language())


def species_choices() -> Choices:
    """The released species, by key."""
    return [(row.key, row.names.text(_language()) or row.key) for row in released("species")]


def area_choices() -> Choices:
    """The released areas in the order of their names, by key."""
    rows = [(row.key, row.names.text(_language()) or row.key) for row in released("area")]
    return sorted(rows, key=lambda one: one[1].casefold())


def country_choices() -> Choices:
    """The countries of the ecoregion."""
    names = Locale.parse(BABEL_LOCALES[_language()]).territories
    return [(code, str(names[code])) for code in COUNTRIES]


def module_choices() -> Choices:
    """The modules of the programme, by key."""
    from amur.portal.website.models import ModulePage
    from amur.portal.website.queries import best_versions

    return [(link.key, link.title) for link in best_versions(ModulePage, _language())]


def optional(choices: Callable[[], Choices]) -> Callable[[], Choices]:
    """The same choices, with none first."""
    return lambda: [("", "–"), *choices()]


SUBJECT_FIELDS = ("module_key", "countries", "species_keys", "area_keys", "area_key")


def subject_fields() -> dict[str, forms.Field]:
    """Fresh fields for the subjects of a record; the form of publications uses them, too."""
    several = {"required": False, "widget": forms.CheckboxSelectMultiple}
    return {
        "module_key": forms.ChoiceField(
            label=_("module of the programme"), required=False, choices=optional(module_choices)
        ),
        "countries": forms.MultipleChoiceField(label=_("countries"), choices=country_choices, **several),  # type: ignore[arg-type]
        "species_keys": forms.MultipleChoiceField(label=_("species"), choices=species_choices, **several),  # type: ignore[arg-type]
        "area_keys": forms.MultipleChoiceField(
            label=_("areas"),
            required=False,
            choices=area_choices,
            widget=forms.SelectMultiple(attrs={"size": 10}),
            help_text=_("Hold Ctrl to choose several."),
        ),
        "area_key": forms.ChoiceField(
            label=_("area of the place"), required=False, choices=optional(area_choices)
        ),
    }


def use_choices(form: Any) -> None:
    """Give a form its choosers; keys that are stored stay possible though no more released."""
    for name, field in subject_fields().items():
        if name not in form.fields:
            continue
        stored = getattr(form.instance, name, None) or []
        keys = [stored] if isinstance(stored, str) else list(stored)
        known = list(field.choices)  # type: ignore[attr-defined]  # all are choices
        values = {value for value, _label in known}
        field.choices = [*known, *((key, key) for key in keys if key not in values)]  # type: ignore[attr-defined]
        field.label = form.fields[name].label or field.label
        form.fields[name] = field


class PageForm(WagtailAdminPageForm):
    """The form of every page: a new one speaks the language of its tree."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.instance.locale = self.parent_page.locale  # Wagtail leaves it out when it makes a preview
            self.instance.source_language = self.instance.locale.language_code


class SubjectsForm(PageForm):
    """The form of a dated page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_choices(self)
        if "office" in self.fields:
            self._settle_office()
        for field in self.fields.values():
            if (
                isinstance(field, forms.ModelChoiceField)
                and getattr(field.queryset, "model", None) is MediaFile
            ):
                field.queryset = choosable(self.for_user)

    def _settle_office(self) -> None:
        own = offices_where(self.for_user, Verb.ADD, Subject.PAGES)
        field: Any = self.fields["office"]
        if self.instance.office_id and not own.filter(pk=self.instance.office_id).exists():
            field.disabled = True  # another office's item in the common tree stays its item
            return
        field.queryset = own
        if not self.instance.pk:
            self.initial["office"] = own.first()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if "action-publish" in self.data:
            language = as_language(self.instance.locale.language_code)
            for name, problem in picture_problems(cleaned.get("lead_picture"), cleaned.get("body"), language):
                self.add_error(name, problem)
        return cleaned


def picture_problems(lead: Any, body: Any, language: Language) -> Iterator[tuple[str, str]]:
    """What keeps a page's pictures from being published in a language: the field, and why."""
    chosen = [("lead_picture", lead), *(("body", file) for file in pictures_of(body))]
    for name, file in chosen:
        if missing_alt(file, language):
            yield name, _("“%(file)s” has no text instead of the picture in this language.") % {"file": file}
        elif file is not None and not file.credit:
            yield name, _("“%(file)s” has no credit; write who made it.") % {"file": file}
