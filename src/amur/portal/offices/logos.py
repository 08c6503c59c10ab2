"""An office's logo: drawn anew from the upload, so that nothing but pixels is ever served."""

import io
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MAX_BYTES = 5_000_000
MAX_PIXELS = 20_000_000
SIDE = 480  # pixels of the longer side as served
FORMATS = ("PNG", "JPEG", "WEBP")


def redrawn(upload: Any) -> ContentFile:
    """The picture as a PNG of at most `SIDE` pixels without metadata, under a random name.

    Raises ValidationError for a file that is too large or is no PNG, JPEG or WebP picture.
    """
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The logo is larger than 5 MB; give a smaller picture."))
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(_("The logo has more than 20 million pixels; give a smaller picture."))
            picture.thumbnail((SIDE, SIDE))
            plain = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValidationError(_("The logo is no picture; give a PNG, JPEG or WebP file.")) from error
    clean = Image.new("RGBA", plain.size)
    clean.paste(plain)
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), name=f"{secrets.token_hex(16)}.png")
