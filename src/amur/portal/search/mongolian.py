"""A light stemmer for Mongolian in Cyrillic letters. Pure; called by `analysing`.

Mongolian nouns take endings of number, case and possession one after another, and each ending has the vowels
of the stem: а, о, у, я with their like, э, ө, ү with theirs. An ending whose vowels do not fit the word
belongs to it. Afterwards what comes and goes between the forms of one word is dropped: the hidden н, a last
short vowel, the soft sign, and the short vowel before the last consonant (газар, газрын). Stems are keys for
comparing, not words.
"""

import re
from typing import Final

VOWELS: Final = "аэиоөуүыеёюя"
BACK: Final = frozenset("аоуыя")
FRONT: Final = frozenset("эөү")
MIN_STEM: Final = 3
MIN_VERB_STEM: Final = 4
PASSES: Final = 4

# Endings of nouns, longest first where one ends with another.
_PLURAL: Final = ("нууд", "нүүд", "гууд", "гүүд", "чууд", "чүүд", "ууд", "үүд", "иуд", "иүд")
_CASES: Final = (
    *("гийнх", "ийнх", "ынх", "гийн", "ийн", "ын", "ны", "ний"),
    *("гийг", "ийг", "ыг"),
    *(
        "наас",
        "нээс",
        "ноос",
        "нөөс",
        "гаас",
        "гээс",
        "гоос",
        "гөөс",
        "аас",
        "ээс",
        "оос",
        "өөс",
        "иас",
        "иос",
    ),
    *("гаар", "гээр", "гоор", "гөөр", "аар", "ээр", "оор", "өөр", "иар", "иор"),
    *("тай", "тэй", "той", "төй"),
)
_OWN: Final = ("гаа", "гээ", "гоо", "гөө", "аа", "ээ", "оо", "өө")
# Endings of verbs, and of nouns and adjectives made with them.
_VERBAL: Final = (
    *("сан", "сэн", "сон", "сөн", "жээ", "чээ"),
    *("даг", "дэг", "дог", "дөг", "лаа", "лээ", "лоо", "лөө"),
    *("ах", "эх", "ох", "өх", "ав", "эв", "ов", "өв", "аж", "эж", "ож", "өж", "на", "нэ", "но", "нө"),
)
_ENDINGS: Final = tuple(sorted((*_PLURAL, *_CASES, *_OWN), key=len, reverse=True))
_VERB_ENDINGS: Final = tuple(sorted(_VERBAL, key=len, reverse=True))
_FLEETING: Final = re.compile(rf"^(.*[{VOWELS}].*[^{VOWELS}])[аэоөи]([^{VOWELS}])$")


def stem(word: str) -> str:
    """What the forms of a word in small letters have in common.

    >>> stem("барын"), stem("бар"), stem("тогоруунууд"), stem("тогоруу")
    ('бар', 'бар', 'тогоруу', 'тогоруу')
    >>> stem("газрын") == stem("газар"), stem("мөрний") == stem("мөрөн"), stem("байгалийн") == stem("байгаль")
    (True, True, True)
    """
    if len(word) <= MIN_STEM:
        return word
    for number in range(PASSES):
        shorter = _without_ending(word, last=number == 0)
        if shorter == word:
            break
        word = shorter
    for ending in _VERB_ENDINGS:
        if _may_lose(word, ending, MIN_VERB_STEM):
            word = word.removesuffix(ending)
            break
    return _bare(word)


def _without_ending(word: str, *, last: bool) -> str:
    for ending in _ENDINGS:
        if _may_lose(word, ending, MIN_STEM):
            return word.removesuffix(ending)
    if word.endswith("чид"):
        return word[:-2]
    # The dative (only at the very end) and an old plural are one consonant: surely endings after another one.
    if len(word) > MIN_STEM and word[-1] in ("дт" if last else "д") and word[-2] in "бвгжлмнрхцчш":
        return word[:-1]
    return word


def _may_lose(word: str, ending: str, keep: int) -> bool:
    rest = word.removesuffix(ending)
    return len(rest) < len(word) and len(rest) >= keep and _has_vowel(rest) and _harmonious(rest, ending)


def _has_vowel(word: str) -> bool:
    return any(letter in VOWELS for letter in word)


def _harmonious(rest: str, ending: str) -> bool:
    """Whether an ending can belong to a stem by its vowels; и stands with both, and so do жээ and чээ."""
    if ending in ("жээ", "чээ"):
        return True
    back, front = BACK & set(ending), FRONT & set(ending)
    if back and not back <= {"у"}:
        return not FRONT & set(rest)
    if front and not front <= {"ү"}:
        return not BACK & set(rest)
    return True


def _bare(word: str) -> str:
    word = word.rstrip("ьъ")
    if len(word) > MIN_STEM + 1 and word.endswith("ий"):
        word = word[:-2]
    if len(word) > MIN_STEM and word[-1] == "н" and word[-2] in VOWELS and len(word) - 1 >= MIN_STEM:
        word = word[:-1]
    if len(word) > MIN_STEM and word[-1] in "аэоөи" and word[-2] not in VOWELS:
        word = word[:-1]
    fleeting = _FLEETING.match(word)
    if fleeting and len(word) > MIN_STEM:
        word = fleeting[1] + fleeting[2]
    return word.rstrip("ьъ")
