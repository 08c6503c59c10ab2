"""Stored structures and problems of files as words, for those who read a record in the editing pages."""

from typing import Any

from django.utils.translation import gettext

from amur.formats.errors import FormatError
from amur.portal.languages.text import MultilingualText


def in_words(value: Any) -> str:
    """A stored structure as a reader sees it: a text, sources with addresses, lists by commas.

    >>> in_words([{"citation": "Report", "url": "https://example.org"}, "border"])
    'Report (https://example.org), border'
    """
    match value:
        case MultilingualText():
            return str(value)
        case {"citation": citation, **rest}:
            return f"{citation} ({rest['url']})" if rest.get("url") else str(citation)
        case {"source": _, "texts": _}:
            return str(MultilingualText.from_json(value))
        case dict():
            return ", ".join(f"{name}: {in_words(one)}" for name, one in value.items() if one)
        case list():
            return ", ".join(in_words(one) for one in value)
        case _:
            return str(value)


def told(problem: FormatError) -> str:
    """A problem of a file in the editor's language: what is wrong, and what would be right.

    The sentences are those of the format; a `wordings` module of the room brings them into the catalogues.
    """
    words = problem.wording
    return " ".join(gettext(one).format_map(problem.params) for one in (words.text, words.expected) if one)
