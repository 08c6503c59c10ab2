"""How a text in one of the four languages becomes tokens, the same for the index and for questions. Pure.

Words of Latin letters are stemmed as English, Cyrillic ones as Russian or Mongolian (Snowball, `mongolian`).
Chinese has no spaces, so each character and each pair of neighbours is a token. Stems are keys.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import snowballstemmer

from amur.portal.languages.codes import Language
from amur.portal.search import mongolian

#: Part of each document's digest: a new number makes every document be analysed again.
VERSION: Final = 1
MAX_WORD: Final = 40

_HAN: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD: Final = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>[^\W_{_HAN}]+(?:['’][^\W\d_{_HAN}]+)*)")
_LETTERS: Final = re.compile(r"\w+")
_UNSEEN: Final = re.compile(
    "[\u0300\u0301\u00ad\u200b-\u200d\ufeff]"
)  # stress marks, soft hyphens, zero widths
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]")
_ONLY_MONGOLIAN: Final = re.compile("[өү]")
# Russian words lose a vowel before the last consonant in some forms: ловушек, ловушка; самец, самца.
_FLEETING: Final = re.compile("([^аеиоуыэюя])[ео]([кц])$")
_LATIN_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i"}
)

# Words that say nothing about a subject; they are left out of questions, never out of the index.
_COMMON_WORDS: Final = """
    a an and are as at by for from how in is it of on or that the this to was what where which who with
    а без в во для до и из или к как ко на над не о об от по под при с со у что это
    ба бол болон буюу нь уу үү юм вэ байна
    的 了 和 与 及 在 是
"""
COMMON: Final = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in a text; a run of Chinese characters is one word."""

    text: str
    start: int
    end: int
    is_han: bool


def normalised(text: str) -> str:
    """The text with one form for letters that look alike; marks that nobody sees are left out.

    Punctuation stays as it is: the text is shown like this.

    >>> normalised("ｔｉｇｅｒ за́поведник，虎")
    'tiger заповедник，虎'
    """
    return _LETTERS.sub(_compatible, _UNSEEN.sub("", unicodedata.normalize("NFC", text)))


def _compatible(found: re.Match[str]) -> str:
    return found[0] if found[0].isascii() else unicodedata.normalize("NFKC", found[0])


def words(text: str) -> Iterator[Word]:
    """The words of a normalised text with their places in it.

    >>> [one.text for one in words("Stork's nest, 东北虎2号")]
    ["Stork's", 'nest', '东北虎', '2', '号']
    """
    for found in _WORD.finditer(text):
        yield Word(found[0], found.start(), found.end(), found["han"] is not None)


def folded(word: str) -> str:
    """A word in small letters, ё as е, Latin letters without their marks.

    >>> folded("Зелёный"), folded("Nömrög")
    ('зеленый', 'nomrog')
    """
    return _folded(word)


def tokens(text: str, language: Language) -> list[str]:
    """The tokens of a text in their order.

    >>> tokens("Амурские тигры", "ru"), tokens("东北虎", "zh-hans")
    (['амурск', 'тигр'], ['东', '东北', '北', '北虎', '虎'])
    """
    found: list[str] = []
    for word in words(normalised(text)):
        if word.is_han:
            found.extend(han_tokens(word.text))
        else:
            found.append(token(word.text, language))
    return found


def han_tokens(run: str) -> list[str]:
    """Each character of a run, and after it the pair that begins with it."""
    found: list[str] = []
    for place, character in enumerate(run):
        found.append(character)
        if place + 1 < len(run):
            found.append(run[place : place + 2])
    return found


def han_phrase(run: str) -> tuple[str, ...]:
    """The tokens that stand in a row wherever a text holds the run.

    >>> han_phrase("虎"), han_phrase("老虎"), han_phrase("东北虎")
    (('虎',), ('老虎',), ('东北', '北', '北虎'))
    """
    return (run,) if len(run) == 1 else tuple(han_tokens(run)[1:-1])


@lru_cache(maxsize=100_000)
def token(word: str, language: Language) -> str:
    """The token of one word that is not Chinese, in a text of a language."""
    small = _folded(word)[:MAX_WORD]
    if _CYRILLIC.match(small):
        if language == "mn" or _ONLY_MONGOLIAN.search(small):
            return mongolian.stem(small)
        return _FLEETING.sub(r"\1\2", _snowball("russian", small))
    if small[0].isascii() and small[0].isalpha():
        # Digits inside a word, as in T16, are part of a name.
        return small if any(letter.isdigit() for letter in small) else _snowball("english", small)
    return small


@lru_cache(maxsize=10_000)
def readings(word: str) -> tuple[Language, ...]:
    """The languages a word may be written in, as its letters say.

    >>> readings("tiger"), readings("тигр"), readings("өвөл"), readings("2019")
    (('en',), ('ru', 'mn'), ('mn',), ('en',))
    """
    small = _folded(word)
    if not _CYRILLIC.match(small):
        return ("en",)
    return ("mn",) if _ONLY_MONGOLIAN.search(small) else ("ru", "mn")


@lru_cache(maxsize=100_000)
def _folded(word: str) -> str:
    small = word.lower().replace("ё", "е").replace("’", "'")
    if small.isascii() or _CYRILLIC.match(small):
        return small
    plain = "".join(one for one in unicodedata.normalize("NFD", small) if not unicodedata.combining(one))
    return plain.translate(_LATIN_LETTERS)


_own = threading.local()  # a Snowball stemmer keeps the word it works on


def _snowball(name: str, word: str) -> str:
    stemmer: Any = getattr(_own, name, None)
    if stemmer is None:
        stemmer = snowballstemmer.stemmer(name)
        setattr(_own, name, stemmer)
    return str(stemmer.stemWord(word)).replace("'", "") or word
