"""The files of the demonstration: drawn pictures with their texts. Called by the loader."""

import io
import tempfile
from pathlib import Path
from typing import Final

from django.conf import settings
from PIL import Image

from amur.formats.media.limited import Copy
from amur.formats.media.pictures import drawn
from amur.portal.demo.content_files import rows
from amur.portal.demo.pictures import draw
from amur.portal.languages.text import MultilingualText
from amur.portal.media import store
from amur.portal.media.models import Kind, Licence, MediaFile
from amur.portal.media.rendering import adopt
from amur.portal.offices.models import Office

EFFORT: Final = 2  # WebP's, from 0 to 6: the demonstration shall be there quickly
CREDIT: Final = MultilingualText.of(
    "en",
    en="Drawn for the demonstration",
    ru="Нарисовано для демонстрации",
    zh="为演示绘制",
    mn="Үзүүлэнд зориулж зурсан",
)


def load_media() -> None:
    """Draw the pictures that are not there yet. Our own drawings need no limited process."""
    known = set(MediaFile.objects.values_list("key", flat=True))
    offices = {office.key: office for office in Office.objects.all()}
    for row in rows("media"):
        if row["key"] in known:
            continue
        picture = draw(row["key"])
        file = _stored(picture, row["key"], offices[row["office"]])
        file.alt = MultilingualText.from_json(row["alt"])
        file.caption = MultilingualText.from_json(row["caption"])
        file.save()
        with tempfile.TemporaryDirectory(dir=settings.AMUR_DATA) as folder:
            out = Path(folder)
            adopt(file, [Copy(**{**one, "path": out / one["name"]}) for one in drawn(picture, out, EFFORT)])


def _stored(picture: Image.Image, key: str, office: Office) -> MediaFile:
    data = io.BytesIO()
    picture.save(data, "PNG", compress_level=1)
    sha256, size = store.keep([data.getvalue()], data.getbuffer().nbytes)
    return MediaFile(
        key=key,
        office=office,
        kind=Kind.PICTURE,
        name=f"{key}.png",
        sha256=sha256,
        media_type="image/png",
        size=size,
        width=picture.width,
        height=picture.height,
        credit=CREDIT,
        licence=Licence.CC0,
        is_published=True,
    )
