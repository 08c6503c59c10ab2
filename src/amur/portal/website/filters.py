"""The choices of a filter and how a form shows them. Called by the queries and tags of all public lists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

from django.utils.formats import localize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from amur.portal.languages.codes import HTML_TAGS, as_language
from amur.portal.languages.text import MultilingualText


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter with the number of rows that have it; some values have names of their own."""

    value: str
    count: int
    chosen: bool
    names: MultilingualText | None = None


def options(
    found: Iterable[Choice], words: Callable[[Choice], str], more: str = "", *, languages: bool = False
) -> SafeString:
    """The `<option>` elements of a filter: all, then each value in words with its count and `more`.

    With `languages` the values are codes and the words in that language. Made here because a page has a
    hundred options, and a template takes many times as long.
    """
    made = [f'<option value="">{escape(_("all"))}</option>']
    for one in found:
        lang = f' lang="{HTML_TAGS[as_language(one.value)]}"' if languages else ""
        selected = " selected" if one.chosen else ""
        count = one.count if one.count < 1000 else localize(one.count)
        word = escape(words(one))
        made.append(f'<option value="{escape(one.value)}"{lang}{selected}>{word} ({count}{more})</option>')
    return mark_safe("".join(made))  # noqa: S308  # values and words are escaped
