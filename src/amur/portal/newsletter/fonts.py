"""Fonts for the files: Noto Sans and Noto Sans SC, cut down to the letters that are used.

The packages for browsers hold variable fonts in slices by script (`faces.json` lists them). The letters that
a text needs are taken out of their slices, fixed at a weight, and joined into one TrueType font a family and
weight: a typesetter reads neither WOFF2 nor slices. Called by `typeset`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FOLDER: Final = Path(__file__).resolve().parents[1] / "static_packages" / "packages" / "fonts"
FAMILIES: Final[Mapping[str, str]] = {"noto-sans": "Amur Sans", "noto-sans-sc": "Amur Sans SC"}
WEIGHTS: Final[Mapping[str, int]] = {"Regular": 400, "Bold": 700}


class FontsMissing(Exception):
    """The packages with the fonts are not installed; the message names the command that mends it."""


@dataclass(frozen=True, slots=True)
class Face:
    """One slice of a family and the letters it is for."""

    file: Path
    letters: frozenset[int]


def faces(family: str) -> list[Face]:
    """The slices of a family, in the order in which a reader tries them. Raises FontsMissing."""
    try:
        listed = json.loads((FOLDER / "faces.json").read_text(encoding="utf-8"))[family]
    except OSError as error:
        raise FontsMissing(f"{error.filename} is missing; run `amur frontend install`") from error
    return [Face(FOLDER / one["file"], letters_of(one["unicode-range"])) for one in listed]


def letters_of(ranges: Iterable[str]) -> frozenset[int]:
    """The code points of ranges as style sheets write them.

    >>> sorted(letters_of(["U+41-43", "U+4?"]))[:3], len(letters_of(["U+4?"]))
    ([64, 65, 66], 16)
    """
    found: set[int] = set()
    for one in ranges:
        first, _dash, last = one.strip().upper().removeprefix("U+").partition("-")
        low, high = first.replace("?", "0"), (last or first).replace("?", "F")
        found.update(range(int(low, 16), int(high, 16) + 1))
    return frozenset(found)


def write_fonts(text: str, folder: Path) -> list[Path]:
    """Write the fonts that draw a text into a folder; letters that no family has are left out.

    Noto Sans draws what it has, Noto Sans SC the rest. Raises FontsMissing.
    """
    wanted = {ord(letter) for letter in text if letter >= " "} | {0x20, 0x2D, 0xA0}
    written: list[Path] = []
    for family, name in FAMILIES.items():
        shares = _shares(family, wanted)
        if not shares:
            continue
        slices = [(_slice(path, own), own) for path, own in shares]
        for style, weight in WEIGHTS.items():
            file = folder / f"{family}-{style}.ttf"
            drawn = _join(slices, name, style, weight, file)
            written += [file] if drawn else []
        wanted -= drawn - {0x20, 0x2D, 0xA0}
    return written


def _shares(family: str, wanted: set[int]) -> list[tuple[Path, set[int]]]:
    left, shares = set(wanted), []
    for face in faces(family):
        own = left & face.letters
        if own:
            shares.append((face.file, own))
            left -= own
    return shares


def _join(
    slices: Sequence[tuple[bytes, set[int]]], name: str, style: str, weight: int, file: Path
) -> set[int]:
    """Write one font with the letters of all slices; gives the code points that it has."""
    glyphs: dict[str, Any] = {}
    widths: dict[str, tuple[int, int]] = {}
    letters: dict[int, str] = {}
    fonts = [instantiateVariableFont(TTFont(BytesIO(data)), {"wght": weight}) for data, _own in slices]
    for font, (_data, own) in zip(fonts, slices, strict=True):
        _take(font, own, glyphs, widths, letters)
    if not letters:
        return set()
    head = fonts[0]
    builder = FontBuilder(head["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(letters)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(widths)
    line, system = head["hhea"], head["OS/2"]
    builder.setupHorizontalHeader(ascent=line.ascent, descent=line.descent)
    builder.setupNameTable(
        {
            "familyName": name,
            "styleName": style,
            "uniqueFontIdentifier": f"{name} {style}",
            "fullName": f"{name} {style}",
            "version": "Version 1.000",
            "psName": f"{name.replace(' ', '')}-{style}",
        }
    )
    builder.setupOS2(
        usWeightClass=weight,
        sTypoAscender=system.sTypoAscender,
        sTypoDescender=system.sTypoDescender,
        sTypoLineGap=system.sTypoLineGap,
        usWinAscent=system.usWinAscent,
        usWinDescent=system.usWinDescent,
        sxHeight=system.sxHeight,
        sCapHeight=system.sCapHeight,
        fsSelection=0x20 if weight > 400 else 0x40,
    )
    builder.setupPost(underlinePosition=-100, underlineThickness=50)
    builder.updateHead(created=0, modified=0, macStyle=1 if weight > 400 else 0)
    builder.save(file)
    return set(letters)


def _slice(path: Path, own: set[int]) -> bytes:
    """A slice with no more than the wanted letters, in all weights, as TrueType."""
    font = TTFont(path)
    options = Options()
    options.layout_features = []
    options.notdef_outline = True
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=own)
    subsetter.subset(font)
    font.flavor = None
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _take(
    font: TTFont,
    own: set[int],
    glyphs: dict[str, Any],
    widths: dict[str, tuple[int, int]],
    letters: dict[int, str],
) -> None:
    """Copy outlines and widths of a slice; parts that a letter shares with others are drawn out."""
    drawn = font.getGlyphSet()
    known = font.getBestCmap() or {}  # a slice may lack the very letters that are wanted
    names = {".notdef": ".notdef"} if ".notdef" not in glyphs else {}
    names |= {known[letter]: f"u{letter:04X}" for letter in sorted(own) if letter in known}
    for source, name in names.items():
        recording = DecomposingRecordingPen(drawn)
        drawn[source].draw(recording)
        pen = TTGlyphPen(None)
        recording.replay(pen)
        glyphs[name] = pen.glyph()
        widths[name] = font["hmtx"][source]
    letters |= {letter: names[known[letter]] for letter in own if letter in known}
