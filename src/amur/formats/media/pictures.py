"""Pictures: measured with every pixel decoded, and drawn anew in a few widths as WebP and JPEG.

A copy is made from pixels alone: turned as the camera held it, in the colours of sRGB, with no metadata, no
profile and nothing that stood behind the picture in its file. Runs inside `child`.
"""

import io
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageCms, ImageFile, ImageOps

from amur.formats.media.problems import MediaProblem

MAX_PIXELS: Final = 80_000_000
MAX_RATIO: Final = 12
MAX_SIDE: Final = 30_000
WIDTHS: Final = (480, 960, 1600)
QUALITY: Final = 82
FORMATS: Final = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
    "image/heic": ("HEIF",),
}

ImageFile.LOAD_TRUNCATED_IMAGES = False


def probe(path: Path, media_type: str) -> dict[str, Any]:
    """Width and height as shown. Raises MediaProblem beyond a limit, before a pixel is decoded."""
    width, height = opened(path, media_type).size
    return {"width": width, "height": height}


def copies(path: Path, media_type: str, out: Path) -> dict[str, Any]:
    """Draw the picture in each width up to its own."""
    return {"copies": drawn(opened(path, media_type), out)}


def drawn(picture: Image.Image, out: Path, effort: int = 4) -> list[dict[str, Any]]:
    """Write the picture in each width as WebP and JPEG into `out`; `effort` is WebP's, 0 to 6."""
    made = []
    for width in widths_for(picture.width):
        height = max(1, round(picture.height * width / picture.width))
        small = (
            picture.resize((width, height), Image.Resampling.LANCZOS) if width < picture.width else picture
        )
        for suffix, media_type, data in (
            ("webp", "image/webp", _webp(small, effort)),
            ("jpg", "image/jpeg", _jpeg(small)),
        ):
            name = f"{width}.{suffix}"
            (out / name).write_bytes(data)
            made.append({"name": name, "media_type": media_type, "width": width, "height": height})
    return made


def widths_for(width: int) -> list[int]:
    """The widths of the copies of a picture: the usual ones below its own, and its own or the largest.

    >>> widths_for(700), widths_for(4000), widths_for(480)
    ([480, 700], [480, 960, 1600], [480])
    """
    return [one for one in WIDTHS if one < width] + ([width] if width <= WIDTHS[-1] else [])


def opened(path: Path, media_type: str) -> Image.Image:
    """The picture, wholly decoded, upright, in sRGB, as RGB or RGBA and nothing else."""
    if media_type == "image/heic":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None  # our own limits are stricter and say what they are
    with Image.open(path, formats=FORMATS[media_type]) as source:
        check_size(source.width, source.height)
        try:
            source.load()
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise MediaProblem("damaged") from error
        upright = ImageOps.exif_transpose(source) or source
        return _only_pixels(_in_srgb(upright))


def check_size(width: int, height: int) -> None:
    """Raises MediaProblem for a size beyond the limits, before a pixel is decoded."""
    if width < 1 or height < 1:
        raise MediaProblem("damaged")
    if width * height > MAX_PIXELS:
        raise MediaProblem("too-many-pixels", width=width, height=height, limit=MAX_PIXELS // 1_000_000)
    if max(width, height) > MAX_SIDE:
        raise MediaProblem("side-too-long", side=max(width, height), limit=MAX_SIDE)
    if max(width, height) > MAX_RATIO * min(width, height):
        raise MediaProblem("too-narrow", width=width, height=height, limit=MAX_RATIO)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The picture with its colours as sRGB means them; a profile that cannot be read is left out."""
    if picture.mode in {"I;16", "I;16B", "I;16L", "I"}:
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    if picture.mode in {"P", "PA", "LA", "La", "1"} or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "RGBA", "CMYK", "L"}:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mode = "RGBA" if picture.mode == "RGBA" else "RGB"
            found = ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode=mode)
            return found or picture
        except (ImageCms.PyCMSError, ValueError, OSError):
            pass
    return picture


def _only_pixels(picture: Image.Image) -> Image.Image:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    plain = picture.convert(mode)
    clean = Image.new(mode, plain.size)
    clean.paste(plain)
    return clean


def _webp(picture: Image.Image, effort: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=effort)
    return out.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    flat = picture
    if picture.mode == "RGBA":
        flat = Image.new("RGB", picture.size, "white")
        flat.paste(picture, mask=picture.getchannel("A"))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
