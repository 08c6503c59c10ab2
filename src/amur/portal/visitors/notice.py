"""What a visitor is asked, word for word, and the version of these words. Called by `consent` and the pages.

The version is made of the English source: a better translation asks nobody again, another meaning does.
A receipt also names the hash of the very text that was shown, which `NoticeText` keeps.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import Language


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something that is off until somebody says yes."""

    key: str
    name: Any
    text: Any


PURPOSES: Final = (
    Purpose(
        "preferences",
        _("Remember my language"),
        _(
            "A cookie keeps the language that you chose last, so that the address of this site opens in it. "
            "Only this site reads it; it lasts 12 months."
        ),
    ),
    Purpose(
        "video",
        _("Open videos on other sites at once"),
        _(
            "Some videos lie on other sites. Their links first say so and ask. With your consent they open "
            "the other site at once; it then learns your network address and may set cookies of its own. "
            "Inside our pages nothing of another site is ever loaded."
        ),
    ),
)
KEYS: Final = tuple(purpose.key for purpose in PURPOSES)
TITLE: Final = _("Privacy choices")
INTRODUCTION: Final = _(
    "This site works without anything that needs your consent. Two conveniences are off until you want them. "
    "Refusing costs you nothing."
)
AFTERWARDS: Final = _(
    "Your choice is kept in one cookie for 12 months, and in our log under a random number, with the words "
    "you were shown, the language and the time, but without your network address or your browser. "
    "You can see, export and withdraw it at any time by the link at the foot of every page."
)


def _words() -> list[str]:
    purposes = [str(words) for purpose in PURPOSES for words in (purpose.name, purpose.text)]
    return [str(TITLE), str(INTRODUCTION), *purposes, str(AFTERWARDS)]


def _hash(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


def version() -> str:
    """The version of what is asked; 32 hexadecimal digits."""
    with translation.override(None):
        return _hash("\n".join([*KEYS, *_words()]))


def shown(language: Language) -> tuple[str, str]:
    """The text of the notice in a language, and its hash."""
    with translation.override(language):
        text = "\n\n".join(_words())
    return text, _hash(text)
