"""The model field for `MultilingualText`, stored as JSON on both databases."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.text import MultilingualText


class MultilingualField(models.JSONField):
    """A JSON column whose Python value is always a `MultilingualText`, never None."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", MultilingualText)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> MultilingualText:
        return MultilingualText.from_json(super().from_db_value(value, expression, connection))

    def to_python(self, value: Any) -> MultilingualText:
        if isinstance(value, MultilingualText):
            return value
        try:
            return MultilingualText.from_json(super().to_python(value))
        except (ValueError, AttributeError) as error:
            raise ValidationError(
                _("This is not a text in four languages: %(why)s"), params={"why": str(error)}
            ) from error

    def get_prep_value(self, value: Any) -> Any:
        return value.to_json() if isinstance(value, MultilingualText) else value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(self.get_prep_value(value), connection, prepared)

    def validate(self, value: Any, model_instance: Any) -> None:
        if not self.blank and not value:
            raise ValidationError(_("Write the text in at least one language."))

    def value_to_string(self, obj: models.Model) -> Any:
        return self.value_from_object(obj).to_json()

    def formfield(self, **kwargs: Any) -> forms.Field:
        from amur.portal.languages.forms import MultilingualFormField

        return MultilingualFormField(
            label=kwargs.get("label", self.verbose_name), required=not self.blank, help_text=self.help_text
        )
