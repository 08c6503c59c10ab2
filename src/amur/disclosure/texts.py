"""Finding coordinates that were typed into a text, in the notations of the region.

Called twice: by the portal's forms and importers when a text is entered (to warn), and by the gate when
a text is released (to keep it back). A false alarm costs a second look, a miss costs a den: when in
doubt this module reports. Found: decimal pairs, degrees and minutes, labelled and hemisphere notations
in English, Russian, Chinese and Mongolian, UTM and Gauss-Krüger metres, MGRS, plus codes, map links,
three-word addresses, geohashes that are called so. A bare geohash looks like any other word and whole
degrees ("50° N") are coarser than every grid of the house: neither is reported.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

# Pairs with one or two decimals are common in prose; only those that fall into the wider region count.
_REGION_LATITUDES = (38.0, 62.0)
_REGION_LONGITUDES = (98.0, 152.0)
_REGION_NORTHINGS_M = (4_200_000, 6_900_000)


@dataclass(frozen=True)
class Finding:
    """One place in a text that names coordinates: its notation and its span in the given text."""

    kind: str
    start: int
    end: int


def scan(text: str) -> tuple[Finding, ...]:
    """All coordinates typed in a text, in order of their start; markup is looked into and through.

    >>> [finding.kind for finding in scan("Логово: 43°07′12″ с. ш., 131,8855 в. д.")]
    ['minutes', 'hemisphere']
    >>> scan("A population of 540 (523-571) on 45 439 ha, 12.05.2024")
    ()
    """
    if not _WORTH_A_LOOK.search(text):
        return ()
    readings = [_Reading.of(text)]
    if _MARKUP.search(text):
        readings.append(_Reading.through_markup(text))
    found = {finding for reading in readings for finding in reading.findings()}
    return tuple(_without_overlaps(found))


def mask(text: str, replacement: str) -> str:
    """The text with each finding replaced, for texts that are open apart from what was typed into them.

    >>> mask("Meet at 43.11556, 131.88553 at noon", "(place withheld)")
    'Meet at (place withheld) at noon'
    """
    for finding in reversed(scan(text)):
        text = text[: finding.start] + replacement + text[finding.end :]
    return text


@dataclass(frozen=True)
class _Reading:
    """The text as the patterns read it; `origins` are the spans its characters had, None when the same."""

    text: str
    origins: tuple[tuple[int, int], ...] | None

    @classmethod
    def of(cls, text: str) -> _Reading:
        plain = text.translate(_PLAIN)
        if len(plain) == len(text):
            return cls(plain, None)
        return cls._pieced((at, at + 1, letter) for at, letter in enumerate(text))

    @classmethod
    def through_markup(cls, text: str) -> _Reading:
        return cls._pieced(_tokens(text))

    @classmethod
    def _pieced(cls, tokens: Iterable[tuple[int, int, str]]) -> _Reading:
        letters: list[str] = []
        origins: list[tuple[int, int]] = []
        for start, end, token in tokens:
            plain = token.translate(_PLAIN)
            letters.append(plain)
            origins.extend([(start, end)] * len(plain))
        return cls("".join(letters), tuple(origins))

    def findings(self) -> Iterator[Finding]:
        folded = self.text.casefold()
        for notation in _NOTATIONS:
            if notation.words and not any(word in folded for word in notation.words):
                continue
            for match in notation.pattern.finditer(self.text):
                if notation.check(match):
                    yield self._finding(notation.kind, match.start(), match.end())

    def _finding(self, kind: str, start: int, end: int) -> Finding:
        if self.origins is None:
            return Finding(kind, start, end)
        return Finding(kind, self.origins[start][0], self.origins[end - 1][1])


_MARKUP = re.compile(r"<[^<>]*>|&(?:#\d+|#x[0-9a-f]+|\w+);", re.IGNORECASE)


def _tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and reading of each piece of a text; tags vanish, entities become their letter."""
    position = 0
    for match in _MARKUP.finditer(text):
        yield from ((at, at + 1, text[at]) for at in range(position, match.start()))
        if not match[0].startswith("<"):
            yield match.start(), match.end(), html.unescape(match[0])
        position = match.end()
    yield from ((at, at + 1, text[at]) for at in range(position, len(text)))


# No coordinate of any notation is written without a digit, a numeral with its 度, a link or three words.
_WORTH_A_LOOK = re.compile(r"\d|度|//|\.\w{2,3}/|[.]com", re.IGNORECASE)

_SAME = {
    **dict.fromkeys("º˚∘⁰", "°"),
    **dict.fromkeys("’‘′ʹ´`‵‛", "'"),
    **dict.fromkeys("”“″ʺ〃‶", '"'),
    **dict.fromkeys("−–—‐‑‒﹣", "-"),
    **dict.fromkeys("，、﹐", ","),
    **dict.fromkeys("；﹔", ";"),
    **dict.fromkeys("\n\r\t\v\f", " "),
}


# Chinese writes no spaces, and to a pattern's word boundary its characters are letters: 在43.1 would be
# one word. The characters that a notation uses stand for themselves as private signs, others for none.
_USED_HAN = "度分秒北南东東西纬緯经經约約为為〇零一二三四五六七八九十百"
_HAN_SIGNS = {ord(letter): chr(0xE000 + index) for index, letter in enumerate(_USED_HAN)}
_OTHER_HAN = "¤"


class _PlainLetters(dict[int, str]):
    """What each letter is read as, for `str.translate`; learnt letter by letter."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


def _plain(letter: str) -> str:
    """A letter or digit in its plain width; an invisible letter vanishes, a line end is a space."""
    if letter in _SAME:
        return _SAME[letter]
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(letter) == "Cf":
        return ""
    normal = unicodedata.normalize("NFKC", letter)
    plain = normal if len(normal) == 1 else letter
    if unicodedata.name(plain, "").startswith("CJK UNIFIED") or plain == "〇":
        return _HAN_SIGNS.get(ord(plain), _OTHER_HAN)
    return plain


_PLAIN = _PlainLetters()


def _without_overlaps(found: set[Finding]) -> Iterator[Finding]:
    """The findings in order; of two that overlap one, stretched over both."""
    last: Finding | None = None
    for finding in sorted(found, key=lambda one: (one.start, -one.end, one.kind)):
        if last is None or finding.start >= last.end:
            if last is not None:
                yield last
            last = finding
        elif finding.end > last.end:
            last = Finding(last.kind, last.start, finding.end)
    if last is not None:
        yield last


def _always(_match: re.Match[str]) -> bool:
    return True


def _number(text: str) -> float:
    return float(text.replace(",", ".").replace(" ", ""))


def _decimals(text: str) -> int:
    return len(re.split(r"[.,]", text)[-1])


def _is_pair(match: re.Match[str]) -> bool:
    """Whether two decimal numbers can be latitude and longitude, in either order."""
    first, second = _number(match["one"]), _number(match["two"])
    shortest = min(_decimals(match["one"]), _decimals(match["two"]))
    if _in_region(first, second) or _in_region(second, first):
        return True
    low, high = sorted((abs(first), abs(second)))
    # Pairs below 1 are intervals of probabilities and rates far more often than places in the ocean.
    return shortest >= 4 and low <= 90 and 1 < high <= 180


def _in_region(latitude: float, longitude: float) -> bool:
    in_latitudes = _REGION_LATITUDES[0] <= latitude <= _REGION_LATITUDES[1]
    return in_latitudes and _REGION_LONGITUDES[0] <= longitude <= _REGION_LONGITUDES[1]


def _are_metres(match: re.Match[str]) -> bool:
    """Whether two whole numbers can be an easting and a northing of the region, in either order."""
    first, second = _number(match["one"]), _number(match["two"])
    low, high = _REGION_NORTHINGS_M
    return any(
        low <= northing <= high and (100_000 <= easting < 1_000_000 or 16_000_000 <= easting < 27_000_000)
        for easting, northing in ((first, second), (second, first))
    )


def _is_mgrs(match: re.Match[str]) -> bool:
    digits = match["digits"].split()
    if len(digits) == 2:
        return len(digits[0]) == len(digits[1])
    return len(digits[0]) % 2 == 0


def _has_letter(match: re.Match[str]) -> bool:
    return any(letter.isalpha() for letter in match[0])


_DEGREE = r"(?:°|度|deg(?:rees?)?\b\.?|град(?:ус\w*)?\.?|хэм)"
_MINUTE = r"(?:'|分|мин(?:ут\w*)?\b\.?|min(?:utes?)?\b\.?)"
_NORTH_EAST_WORDS = (
    r"(?:с\.?\s?ш\b|ю\.?\s?ш\b|в\.?\s?д\b|з\.?\s?д\b|х\.?\s?ө\b|з\.?\s?у\b"
    r"|(?:северн|южн)\w+\s+широт\w*|(?:восточн|западн)\w+\s+долгот\w*"
    r"|хойд\s+өрг\w*|зүүн\s+урт\w*|北|南|东|東|西)"
)
_LABEL = (
    r"(?:\blat(?:itude)?\b|\blon(?:g(?:itude)?)?\b|\blng\b|\bшир(?:ота|оты|оте|\.)|\bдолг(?:ота|оты|оте|\.)"
    r"|өргөр\w*|өрг(?:өргийн|\.)|уртраг\w*|[纬緯]度|[经經]度|[北南][纬緯]|[东東西][经經])"
)
_CHINESE_DIGITS = "〇零一二三四五六七八九十百"
_BAND = "C-HJ-NP-X"
_CODE = "23456789CFGHJMPQRVWX"

_HOSTS = (
    r"maps\.app\.goo\.gl|goo\.gl/maps|google\.[a-z.]{2,6}/maps|maps\.google\.|yandex\.[a-z.]{2,6}/(?:maps|navi)"
    r"|maps\.yandex\.|2gis\.[a-z]{2,3}/|openstreetmap\.org/(?:#|\?|node|way|relation|note)|osm\.org/go"
    r"|maps\.apple\.com|maps?\.baidu\.com|(?:uri|surl|ditu|www|wb)\.amap\.com|\bamap\.com|gaode\.com"
    r"|map\.qq\.com|wikimapia\.org|what3words\.com/|w3w\.co/|bing\.com/maps|maps\.me/|om(?:aps)?\.app/"
    r"|nakarte\.me|caltopo\.com|wikiloc\.com|gaiagps\.com|mapy\.(?:cz|com)/|share\.here\.com"
)

# A slow pattern is tried only where one of its words stands in the text.
_HOST_WORDS = [
    "goo.gl",
    "google.",
    "yandex.",
    "2gis.",
    "openstreetmap.",
    "osm.org",
    "apple.com",
    "baidu.",
    "amap.",
    "gaode.",
    "qq.com",
    "wikimapia.",
    "what3words.",
    "w3w.",
    "bing.com",
    "maps.me",
    "om.app",
    "omaps.app",
    "nakarte.",
    "caltopo.",
    "wikiloc.",
    "gaiagps.",
    "mapy.",
    "here.com",
]
_LABEL_WORDS = ["lat", "lon", "lng", "шир", "долг", "өрг", "урт", "纬", "緯", "经", "經"]


@dataclass(frozen=True)
class _Notation:
    kind: str
    pattern: re.Pattern[str]
    check: Callable[[re.Match[str]], bool]
    words: Sequence[str]


def _pattern(
    kind: str,
    pattern: str,
    check: Callable[[re.Match[str]], bool] = _always,
    flags: int = re.IGNORECASE,
    words: Sequence[str] = (),
) -> _Notation:
    return _Notation(
        kind,
        re.compile(pattern.translate(_HAN_SIGNS), flags),
        check,
        [word.translate(_HAN_SIGNS) for word in words],
    )


_NOTATIONS: tuple[_Notation, ...] = (
    # 43.1156, 131.8855 and 131.8855/43.1156, also inside addresses; 43,1156; 131,8855
    _pattern(
        "pair",
        r"(?<![\w.,])(?P<one>[-+]?\d{1,3}\.\d{1,17})(?:\s?°)?\s?[NSEW]?(?:[,;/|\s]|%2C|%20){1,8}[NSEW]?\s?"
        r"(?P<two>[-+]?\d{1,3}\.\d{1,17})(?!\d|\.\d)",
        _is_pair,
    ),
    _pattern(
        "pair",
        r"(?<![\w.,])(?P<one>[-+]?\d{1,3},\d{1,17})(?:\s?°)?\s?[NSEW]?(?:[;/|\s]|,\s|%20){1,8}[NSEW]?\s?"
        r"(?P<two>[-+]?\d{1,3},\d{1,17})(?![\d]|[.,]\d)",
        _is_pair,
    ),
    # 43°07'12", 43 град. 07 мин., 43度07分
    _pattern("minutes", rf"(?<!\d)\d{{1,3}}\s*{_DEGREE}\s*\d{{1,2}}(?:[.,]\d+)?\s*{_MINUTE}"),
    _pattern("minutes", rf"[北南东東西][纬緯经經][约約为為:\s]*[{_CHINESE_DIGITS}]+度[{_CHINESE_DIGITS}]+分"),
    # N 43 07 12, N43°07.123, 43 07.123 N
    _pattern("minutes", rf"\b[NSEW]\s?\d{{1,3}}\s?(?:{_DEGREE}|\s)\s?\d{{1,2}}(?:[.,]\d+|\s\d{{1,2}}\b)"),
    _pattern(
        "minutes",
        rf"(?<![\d.,])\d{{1,3}}\s?(?:{_DEGREE}|\s)\s?\d{{1,2}}(?:[.,]\d+|['\s]\s?\d{{1,2}}(?:[.,]\d+)?\"?)"
        rf"\s?(?:[NSEW]\b|{_NORTH_EAST_WORDS})",
    ),
    _pattern("minutes", rf"(?<![\d.,])\d{{1,3}}\s?(?:{_DEGREE}|\s)\s?\d{{1,2}}\s?{_NORTH_EAST_WORDS}"),
    _pattern(
        "minutes",
        rf"(?<![\d.,:-])\d{{1,3}}[-:]\d{{1,2}}[-:]\d{{1,2}}(?:[.,]\d+)?\s?(?:[NSEW]\b|{_NORTH_EAST_WORDS})",
    ),
    _pattern("minutes", r"\b\d{1,3}d\d{1,2}(?:\.\d+)?m"),
    _pattern("minutes", r"\b\d{6}(?:\.\d+)?[NS][\s,]*\d{6,7}(?:\.\d+)?[EW]\b"),
    # 43.1° N, 43,1156 с. ш., N 43.115
    _pattern("hemisphere", rf"(?<![\d.,])\d{{1,3}}[.,]\d+\s*{_DEGREE}\s*(?:[NSEW]\b|{_NORTH_EAST_WORDS})"),
    _pattern("hemisphere", rf"(?<![\d.,])\d{{1,3}}[.,]\d+\s*{_NORTH_EAST_WORDS}"),
    _pattern("hemisphere", rf"\b[NSEW]\s?\d{{1,3}}[.,]\d+\s*{_DEGREE}"),
    _pattern("hemisphere", r"\b[NE]\s?\d{1,3}\.\d{3,}|(?<![\d.,])\d{1,3}\.\d{3,}\s?[NE]\b", flags=0),
    # lat="43.1", широта 43,1, 北纬43.1度, өргөрөг 48.1
    _pattern(
        "labelled", rf"{_LABEL}[^\w\d]{{0,6}}(?:约|約|为|為)?\s*[-+]?\d{{1,3}}[.,]\d+", words=_LABEL_WORDS
    ),
    _pattern("labelled", rf"{_LABEL}[^\w\d]{{0,6}}[-+]?\d{{1,3}}\s*{_DEGREE}\s*\d", words=_LABEL_WORDS),
    # 52T 650123 4870456; X=4870456 Y=22650123; 650123 4870456
    _pattern(
        "metres",
        rf"\b(?:[1-9]|[1-5]\d|60)\s?[{_BAND}]\b[\s,;:]*(?:m?E\s?)?\d{{3}}\s?\d{{3}}(?:[.,]\d+)?\s?(?:m\s?E|mE|E|м|m)?"
        r"[\s,;/]+(?:m?N\s?)?\d\s?\d{3}\s?\d{3}",
    ),
    _pattern(
        "metres",
        r"(?<![\d.,])(?P<one>\d{6,8})(?:[.,]\d{1,3})?\s?(?:mE|mN|[EN]|м|m)?[\s,;/]{1,4}(?:[NEYYУХ]\s?[:=]?\s?)?"
        r"(?P<two>\d{6,8})(?![\d])",
        _are_metres,
    ),
    _pattern(
        "metres",
        r"\b(?:[XYENХУ]|easting|northing)\s?[:=]?\s?(?P<one>\d{1,2}\s?\d{3}\s?\d{3}|\d{3}\s?\d{3})(?:[.,]\d+)?\s?"
        r"(?:m|м)?[\s,;/]+(?:[XYENХУ]|easting|northing)\s?[:=]?\s?(?P<two>\d{1,2}\s?\d{3}\s?\d{3}|\d{3}\s?\d{3})\b",
        _are_metres,
    ),
    # 52TFN5012370456, 52T FN 50123 70456
    _pattern(
        "mgrs",
        rf"\b(?:[1-9]|[1-5]\d|60)\s?[{_BAND}]\s?[A-HJ-NP-Z][A-HJ-NP-V]\s?"
        r"(?P<digits>\d{1,5}\s\d{1,5}|\d{2,10})\b",
        _is_mgrs,
        flags=0,
    ),
    _pattern(
        "mgrs", r"\b(?:[1-9]|[1-5]\d|60)[c-hj-np-x][a-hj-np-z][a-hj-np-v](?P<digits>\d{6,10})\b", _is_mgrs
    ),
    # 8Q7XMQ8J+2V, MQ8J+2V
    _pattern("plus code", rf"(?<![\w+])[{_CODE}]{{8}}\+(?:[{_CODE}]{{2,7}})?(?![\w+])", _has_letter),
    _pattern("plus code", rf"(?<![\w+])[{_CODE}]{{2,6}}0{{2,6}}\+(?![\w+])", _has_letter),
    _pattern("plus code", rf"(?<![\w+])[{_CODE}]{{4,6}}\+[{_CODE}]{{2,3}}(?![\w+])", _has_letter, flags=0),
    _pattern("link", rf"(?:https?://(?:[\w-]{{1,63}}\.){{0,4}})?(?:{_HOSTS})\S*", words=_HOST_WORDS),
    _pattern("link", r"\bgeo:[-+]?\d[\d.,;=&?\w-]*"),
    _pattern("three words", r"///[^\s./。･・]+[.。･・][^\s./。･・]+[.。･・][^\s./。･・]+"),
    _pattern("geohash", r"\bgeo-?hash\s*[:=]?\s*[0-9b-hjkmnp-z]{5,12}\b"),
)
