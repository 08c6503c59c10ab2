"""The four languages: codes, own names, fallback order. Called by everything that shows text."""

from collections.abc import Container
from typing import Final, Literal, get_args

Language = Literal["en", "ru", "zh-hans", "mn"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

# As each language calls itself; shown in the language switch, so never translated.
OWN_NAMES: Final[dict[Language, str]] = {
    "en": "English",
    "ru": "Русский",
    "zh-hans": "中文",
    "mn": "Монгол",
}

# What a reader is likely to understand when a text is missing in the language of the address.
FALLBACKS: Final[dict[Language, tuple[Language, ...]]] = {
    "en": ("ru", "zh-hans", "mn"),
    "ru": ("en", "mn", "zh-hans"),
    "zh-hans": ("en", "ru", "mn"),
    "mn": ("ru", "en", "zh-hans"),
}

# BCP 47 tags for the lang attribute: fonts and speech follow them.
HTML_TAGS: Final[dict[Language, str]] = {"en": "en", "ru": "ru", "zh-hans": "zh-Hans", "mn": "mn"}


def is_language(code: str) -> bool:
    """Whether the code is one of the four."""
    return code in LANGUAGES


def nearest(language: Language, present: Container[str]) -> Language | None:
    """The language in which a reader of `language` gets what is present in some: the own one, else the next.

    >>> nearest("mn", {"en", "ru"}), nearest("en", {})
    ('ru', None)
    """
    return next((code for code in (language, *FALLBACKS[language]) if code in present), None)


def as_language(code: str | None) -> Language:
    """The code as one of the four; English for anything else.

    >>> as_language("zh-hans"), as_language("fr"), as_language(None)
    ('zh-hans', 'en', 'en')
    """
    for language in LANGUAGES:
        if language == code:
            return language
    return "en"
