"""Template filters and tags for texts, numbers and dates in the reader's language."""

from typing import Any

from babel import Locale
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amur.portal.languages.codes import HTML_TAGS, OWN_NAMES, Language, as_language
from amur.portal.languages.dates import BABEL_LOCALES, written
from amur.portal.languages.numbers import number as written_number
from amur.portal.languages.text import MultilingualText, Reading

register = template.Library()


def _language() -> Language:
    return as_language(get_language())


def _reading(value: Any) -> Reading | None:
    text = value if isinstance(value, MultilingualText) else MultilingualText.from_json(value)
    return text.reading(_language())


@register.filter
def reading(value: Any) -> Reading | None:
    """The text for this reader with its true language; None when there is none."""
    return _reading(value)


@register.filter
def plain(value: Any) -> str:
    """The text for this reader without any mark, for titles and attributes."""
    found = _reading(value)
    return found.text if found else ""


@register.filter
def labelled(value: Any) -> SafeString | str:
    """The text for this reader; when it is in another language, with its true `lang` and a label."""
    found = _reading(value)
    if found is None:
        return ""
    if not found.fallback:
        return found.text
    return format_html(
        '<span lang="{}">{}</span> <span class="label language" title="{}">{}</span>',
        found.tag, found.text, _("Not yet translated"), OWN_NAMES[found.language],
    )  # fmt: skip


@register.filter
def spoken(value: Any) -> SafeString | str:
    """The text for this reader with its true `lang`, without a label: for lists and headings."""
    found = _reading(value)
    if found is None:
        return ""
    return format_html('<span lang="{}">{}</span>', found.tag, found.text) if found.fallback else found.text


@register.filter
def number(value: Any, decimals: int = 2) -> str:
    """A number as the language writes it; nothing for an unknown one."""
    return "" if value is None or value == "" else written_number(float(value), _language(), decimals)


@register.filter
def reduced(value: Any) -> str:
    """A year, month or day as the language writes it."""
    return written(str(value or ""), _language())


@register.filter
def country(code: str) -> str:
    """A country's name in the reader's language (Unicode CLDR)."""
    return str(Locale.parse(BABEL_LOCALES[_language()]).territories.get(code, code))


@register.filter
def own_name(code: str) -> str:
    """A language as it calls itself."""
    return OWN_NAMES[as_language(code)]


@register.filter
def tag_of(code: str) -> str:
    """The BCP 47 tag of a language code."""
    return HTML_TAGS[as_language(code)]
