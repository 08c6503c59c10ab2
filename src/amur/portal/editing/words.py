"""Stored structures as words, for those who read a record in the editing pages."""

from typing import Any

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
