"""A guard at entry: coordinates typed into texts that everybody will read are refused."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue

from amur.disclosure.texts import scan
from amur.portal.languages.text import MultilingualText


def refuse_coordinates(row: Model, names: Iterable[str]) -> None:
    """Raise ValidationError by field for texts of a row that name coordinates in any notation."""
    problems: dict[str, list[str]] = {}
    for name in names:
        for text in _texts(getattr(row, name)):
            if found := scan(text):
                typed = text[found[0].start : found[0].end]
                problems.setdefault(name, []).append(
                    _(
                        "This text names coordinates: “%(typed)s”. It will be read by everybody; "
                        "name the area or the district instead."
                    )
                    % {"typed": typed}
                )
    if problems:
        raise ValidationError(problems)


def _texts(value: Any) -> list[str]:
    if isinstance(value, MultilingualText):
        return [one.text for one in value.texts.values()]
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, StreamValue):  # the words of its blocks, not their identifiers
        return [str(getattr(block.value, "source", block.value)) for block in value]
    if isinstance(value, Iterable):
        return [text for item in value for text in _texts(item)]
    return []
