"""What a page needs to show a file: addresses, sizes and texts for one reader. Called by the tags."""

from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html

from amur.portal.languages.codes import Language
from amur.portal.languages.text import Reading
from amur.portal.media.models import Kind, Licence, MediaFile

LICENCE_ADDRESSES: Final = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC_BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/",
    Licence.CC_BY_NC_SA: "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    Licence.CC_BY_ND: "https://creativecommons.org/licenses/by-nd/4.0/",
    Licence.CC_BY_NC_ND: "https://creativecommons.org/licenses/by-nc-nd/4.0/",
}
USUAL_WIDTH: Final = 960


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture for one reader: sources for `srcset`, the usual address, its size in pixels, its texts."""

    webp: str
    jpeg: str
    address: str
    width: int
    height: int
    alt: Reading | None


def shown(file: MediaFile, language: Language) -> Shown | None:
    """The picture as a page shows it; None while its copies are not made, or when it is no picture."""
    if file.kind != Kind.PICTURE:
        return None
    jpegs = _of_type(file, "image/jpeg")
    if not jpegs:
        return None
    usual = next((name for width, name in jpegs if width >= USUAL_WIDTH), jpegs[-1][1])
    size = file.variants[usual]
    return Shown(
        webp=_srcset(file, _of_type(file, "image/webp")),
        jpeg=_srcset(file, jpegs),
        address=file.address(usual),
        width=size["width"],
        height=size["height"],
        alt=file.alt.reading(language),
    )


def _of_type(file: MediaFile, media_type: str) -> list[tuple[int, str]]:
    return sorted(
        (one["width"], name) for name, one in file.variants.items() if one["media_type"] == media_type
    )


def _srcset(file: MediaFile, found: list[tuple[int, str]]) -> str:
    return ", ".join(f"{file.address(name)} {width}w" for width, name in found)


def played(file: MediaFile) -> tuple[str, str] | None:
    """Address and media type of the served copy of what is no picture; None while it is not made."""
    for name, one in file.variants.items():
        if name.startswith("file."):
            return file.address(name), str(one["media_type"])
    return None


def licence_address(file: MediaFile) -> str:
    """Where the licence can be read; empty when all rights are reserved."""
    return LICENCE_ADDRESSES.get(Licence(file.licence), "")


def thumbnail(file: MediaFile) -> str:
    """A small picture for lists of the editing pages; nothing for other kinds."""
    found = _of_type(file, "image/jpeg") if file.kind == Kind.PICTURE else []
    if not found:
        return ""
    return format_html('<img src="{}" alt="" width="80" loading="lazy">', file.address(found[0][1]))
