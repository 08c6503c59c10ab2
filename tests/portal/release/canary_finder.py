"""What a canary is, and how its traces are found in what an answer says. Called by `canary_crawler`.

A word is a canary by its marker, so that any new one is found without being listed: Latin, Cyrillic and what
the addresses make of Cyrillic. A place is found as decimal degrees, degrees and minutes, scaled whole numbers,
Web Mercator or UTM metres, geohash or plus code.
"""

import base64
import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyproj
from canary_decoders import Content

MARKER, CYRILLIC = "kanarzq", "канарзк"
FIRST_KEY = 8_111_222_000  # primary keys of the planted rows begin here, which no other number does
_WORDS = re.compile(rf"(?:{MARKER}|{CYRILLIC}|kanarzk)\w*", re.IGNORECASE)
# Random identifiers may by chance be written like a place or a key.
_RANDOM_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_KEYS = re.compile(rf"(?<!\d){FIRST_KEY // 1000}\d{{3}}(?!\d)")
_NUMBERS = re.compile(r"(?<![\w.,])-?\d{2,10}(?:[.,]\d{1,17})?(?![\w])")
_DEGREES = re.compile(
    r"(\d{1,3})\s*[°º度]\s*(\d{1,2}(?:[.,]\d+)?)\s*['′’分]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|”|秒|''))?"
)
_CODES = re.compile(
    r"(?<!\w)(?:[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{0,3}|[0-9b-hjkmnp-z]{6,12})(?!\w)", re.I
)
_DIGESTS = re.compile(r"(?<![0-9a-zA-Z+/])(?:[0-9a-f]{32,128}|[A-Za-z0-9+/]{22,88}={0,2})(?![0-9a-zA-Z+/])")
_METRES_PER_DEGREE = 111_319.490793
BESIDE = 80  # characters between two numbers that may be one place
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Word:
    """A unique word; `seen_by` are the people to whom the offices' own pages may show it."""

    text: str
    seen_by: frozenset[str] = NOBODY


@dataclass(frozen=True)
class Spot:
    """A true place; no number nearer than `near` degrees to it may leave, but to `seen_by` inside.

    `shown` is the centre of the cell that the public may know: a coarse tile may round that towards the truth.
    """

    name: str
    longitude: float
    latitude: float
    near: float
    seen_by: frozenset[str] = NOBODY
    shown: tuple[float, float] | None = None

    def is_near(self, longitude: float, latitude: float, step: float = 0.0) -> bool:
        """Whether a place tells of this one more than it may."""
        if abs(longitude - self.longitude) >= self.near or abs(latitude - self.latitude) >= self.near:
            return False
        rounded = self.shown and max(abs(longitude - self.shown[0]), abs(latitude - self.shown[1])) <= step
        return not rounded

    @cached_property
    def geohash(self) -> str:
        """Six characters, about a kilometre."""
        west, east, south, north, code = -180.0, 180.0, -90.0, 90.0, ""
        for bit in range(30):
            if bit % 2 == 0:
                middle = (west + east) / 2
                upper = self.longitude >= middle
                west, east = (middle, east) if upper else (west, middle)
            else:
                middle = (south + north) / 2
                upper = self.latitude >= middle
                south, north = (middle, north) if upper else (south, middle)
            code += "1" if upper else "0"
        letters = "0123456789bcdefghjkmnpqrstuvwxyz"
        return "".join(letters[int(code[at : at + 5], 2)] for at in range(0, 30, 5))

    @cached_property
    def plus_code(self) -> str:
        """The cell of 1/400 degree, as Open Location Code writes it."""
        letters = "23456789CFGHJMPQRVWX"
        east, north, code, size = self.longitude + 180, self.latitude + 90, "", 20.0
        for _ in range(4):
            code += letters[int(north // size)] + letters[int(east // size)]
            north, east, size = north % size, east % size, size / 20
        return code + "+"

    @cached_property
    def utm(self) -> tuple[float, float]:
        """Easting and northing in the place's own zone, metres."""
        zone = int((self.longitude + 180) // 6) + 1
        return pyproj.Transformer.from_crs(4326, 32600 + zone, always_xy=True).transform(
            self.longitude, self.latitude
        )

    @cached_property
    def mercator(self) -> tuple[float, float]:
        """Easting and northing of web maps, metres."""
        north = math.degrees(math.log(math.tan(math.radians(45 + self.latitude / 2))))
        return self.longitude * _METRES_PER_DEGREE, north * _METRES_PER_DEGREE


class Trace(NamedTuple):
    """What was found of a canary."""

    canary: str
    found: str


@dataclass
class Canaries:
    """Everything that was planted. `secrets` are texts that nobody may see, such as hashes of passwords,
    or only some on their own office's pages, such as hashes of files."""

    words: dict[str, Word] = field(default_factory=dict)
    spots: list[Spot] = field(default_factory=list)
    secrets: dict[str, frozenset[str]] = field(default_factory=dict)

    def word(self, name: str, seen_by: Iterable[str] = ()) -> str:
        """A new word."""
        text = f"{MARKER}{name}"
        self.words[text] = Word(text, frozenset(seen_by))
        return text

    def secret(self, text: str, seen_by: Iterable[str] = ()) -> None:
        """A text that is no word, such as a hash."""
        self.secrets[text] = frozenset(seen_by)

    def cyrillic(self, name: str, seen_by: Iterable[str] = ()) -> str:
        """A new word in Cyrillic; its transliteration counts as the same."""
        text = f"{CYRILLIC}{name}"
        for form in (text, f"kanarzk{name}"):
            self.words[form] = Word(text, frozenset(seen_by))
        return text

    def spot(
        self,
        name: str,
        longitude: float,
        latitude: float,
        near: float,
        seen_by: Iterable[str] = (),
        shown: tuple[float, float] | None = None,
    ) -> Spot:
        """A new place."""
        self.spots.append(Spot(name, longitude, latitude, near, frozenset(seen_by), shown))
        return self.spots[-1]

    def digests(self) -> Mapping[str, str]:
        """The hashes that anybody could make of the planted words and places -> the canary."""
        plain = [word.text for word in self.words.values()]
        plain += [f"{spot.longitude},{spot.latitude}" for spot in self.spots]
        plain += [f"{spot.longitude} {spot.latitude}" for spot in self.spots]
        found = {}
        for one in plain:
            for name in ("md5", "sha1", "sha256"):
                digest = hashlib.new(name, one.encode(), usedforsecurity=False).digest()
                found[digest.hex()] = found[base64.b64encode(digest).decode()] = one
        return found

    def traces(self, content: Content, role: str, *, inside: bool, known: str = "") -> set[Trace]:
        """What a person must not find. `inside`: on an office's own pages; `known`: what the person asked for."""
        found = set(self._words(content, role, inside, known.casefold()))
        spots = [spot for spot in self.spots if not (inside and role in spot.seen_by)]
        for text in content.texts:
            found |= set(self._secrets(text, role, inside))
            found |= set(_written(_RANDOM_IDS.sub(" ", text), spots))
        for spot in spots:
            for longitude, latitude, step in content.places:
                if spot.is_near(longitude, latitude, step):
                    found.add(Trace(spot.name, f"{longitude:.5f} {latitude:.5f}"))
        return found

    def _words(self, content: Content, role: str, inside: bool, known: str) -> Iterator[Trace]:
        for text in content.texts:
            for found in {one.casefold() for one in _WORDS.findall(text)}:
                canary = self.words.get(found) or next(
                    (word for form, word in self.words.items() if found.startswith(form.casefold())), None
                )
                if canary is not None and inside and role in canary.seen_by:
                    continue
                if found not in known:
                    yield Trace(canary.text if canary else found, found)

    def _secrets(self, text: str, role: str, inside: bool) -> Iterator[Trace]:
        for secret, seen_by in self.secrets.items():
            if secret in text and not (inside and role in seen_by):
                yield Trace("a secret", secret)
        digests = self._digests()
        for found in set(_DIGESTS.findall(text)) & digests.keys():
            yield Trace(digests[found], found)
        if not inside:  # primary keys stand in the addresses of the editing pages
            for found in set(_KEYS.findall(_RANDOM_IDS.sub(" ", text))):
                yield Trace("a primary key", found)

    def _digests(self) -> Mapping[str, str]:
        known: tuple[int, Mapping[str, str]] | None = getattr(self, "_made", None)
        size = len(self.words) + len(self.spots)
        if known is None or known[0] != size:
            known = self._made = (size, self.digests())
        return known[1]


def _written(text: str, spots: list[Spot]) -> Iterator[Trace]:
    """Places that are written in a text, in any of the usual ways."""
    matches = list(_NUMBERS.finditer(text))
    numbers = np.array([float(one[0].replace(",", ".")) for one in matches] or [0.0])
    decimals = np.array(
        [len(re.split("[.,]", one[0])[1]) if re.search("[.,]", one[0]) else 0 for one in matches] or [0]
    )
    starts = np.array([one.start() for one in matches] or [0])
    degrees = [
        int(whole) + float(minutes.replace(",", ".")) / 60 + float((seconds or "0").replace(",", ".")) / 3600
        for whole, minutes, seconds in _DEGREES.findall(text)
    ]
    codes = {one.casefold()[:6] for one in _CODES.findall(text)} | {
        one.upper() for one in _CODES.findall(text)
    }
    for spot in spots:
        for value in (spot.longitude, spot.latitude):
            alone = (abs(numbers - value) < spot.near) & (decimals >= 3)
            scaled = np.zeros_like(alone)
            for factor in (1e5, 1e6, 1e7):
                scaled |= (decimals == 0) & (abs(numbers / factor - value) < spot.near)
            for hit in np.flatnonzero(alone | scaled):
                yield Trace(spot.name, matches[hit][0])
            yield from (Trace(spot.name, f"{one:.4f}°") for one in degrees if abs(one - value) < spot.near)
        reach = spot.near * _METRES_PER_DEGREE
        pairs = (
            ((spot.longitude, spot.latitude), spot.near, decimals >= 1),
            (spot.utm, reach, numbers > 100_000),
            (spot.mercator, reach, numbers > 1_000_000),
        )
        for (east, north), near, fine in pairs:
            easts = starts[(abs(numbers - east) < near) & fine]
            norths = starts[(abs(numbers - north) < near) & fine]
            if easts.size and norths.size and abs(easts[:, None] - norths[None, :]).min() < BESIDE:
                yield Trace(spot.name, f"{east:.5g} and {north:.5g}")
        for code in (spot.geohash, spot.plus_code):
            if code in codes or any(one.startswith(code) for one in codes if "+" in one):
                yield Trace(spot.name, code)
