"""The names of an area's fields, and their values, for people who look at a preview."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amur.portal.areas.models import AreaKind, AreaStatus, GeometryAccuracy
from amur.portal.facts.models import Confidence
from amur.portal.languages.codes import Language
from amur.portal.languages.numbers import number

LABELS: Final[Mapping[str, str | Promise]] = {
    "name_en": _("name in English"),
    "name_ru": _("name in Russian"),
    "name_zh": _("name in Chinese"),
    "name_mn": _("name in Mongolian"),
    "kind": _("kind"),
    "countries": _("countries"),
    "designation_key": _("designation"),
    "status": _("status"),
    "iucn_category": _("IUCN category"),
    "iucn_basis": _("where the IUCN category comes from"),
    "area_ha": _("area, ha"),
    "area_sources": _("source of the area"),
    "area_note": _("note on the area"),
    "area_confidence": _("confidence of the area"),
    "established": _("established"),
    "legal_act": _("legal act"),
    "geometry": _("place"),
    "geometry_accuracy": _("accuracy of the geometry"),
    "parent": _("buffer zone of"),
    "confidence": _("confidence"),
    "sources": _("sources"),
}
CHOICES: Final[Mapping[str, Any]] = {
    "kind": AreaKind,
    "status": AreaStatus,
    "geometry_accuracy": GeometryAccuracy,
    "confidence": Confidence,
    "area_confidence": Confidence,
}


def label(name: str) -> str:
    """A field in words; further columns under the names that files have for them.

    >>> label("kept:gov_type")
    'GOV_TYPE'
    """
    prefix, _colon, rest = name.partition(":")
    if prefix == "kept":
        return rest.upper()
    if prefix == "extra":
        return gettext("further column {name}").format(name=rest)
    return str(LABELS.get(name, name))


def value_in_words(name: str, value: Any, language: Language) -> str:
    """A value in words; an empty text for one that is not there, which is not zero."""
    if value is None or value == "":
        return ""
    choices = CHOICES.get(name)
    if choices is not None and value in choices.values:
        return str(choices(value).label)
    if name == "area_ha":
        return number(value, language, 2)
    return str(value)
