"""Files in pages: the tags, the blocks, the chooser and the forms of the editing pages."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import lxml.html
import media_samples as samples
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils import translation
from tests.portal.form_data import filled_form

from amur.portal.languages.text import MultilingualText
from amur.portal.media.blocks import DocumentBlock, PictureBlock
from amur.portal.media.models import MediaFile

Stored = Callable[..., MediaFile]


def shown(tag: str, language: str = "en", preview: bool = False, **values: Any) -> str:
    """What a template with this tag gives."""
    request = SimpleNamespace(is_preview=preview)
    with translation.override(language):
        template = Template("{% load media %}{% " + tag + " %}")
        return template.render(Context({"request": request, **values}))


def test_a_picture_comes_with_sizes_sources_text_caption_and_credit(
    stored: Stored, django_assert_num_queries: Any
) -> None:
    file = stored(
        is_published=True,
        caption=MultilingualText.of("ru", ru="Подпись"),
        credit=MultilingualText.of("en", en="A. Ranger"),
        licence="CC-BY-4.0",
    )
    with django_assert_num_queries(0):
        html = shown('picture file sizes="50vw"', file=file)
    page = lxml.html.fromstring(html)
    image = page.find(".//img")
    assert image.get("alt") == "A red corner on grey"
    assert image.get("lang") is None
    assert (image.get("width"), image.get("height")) == ("960", "672")
    assert image.get("loading") == "lazy"
    assert image.get("sizes") == "50vw"
    assert [one.split()[-1] for one in image.get("srcset").split(", ")] == ["480w", "960w", "1000w"]
    assert page.find(".//source").get("type") == "image/webp"
    caption = page.find(".//figcaption")
    assert caption.find(".//span[@lang='ru']").text == "Подпись"
    assert caption.find(".//a[@rel='license']").get("href") == "https://creativecommons.org/licenses/by/4.0/"
    assert "A. Ranger" in caption.text_content()


def test_a_text_in_another_language_says_so(stored: Stored) -> None:
    html = shown("picture file", "mn", file=stored(is_published=True))
    image = lxml.html.fromstring(html).find(".//img")
    assert (image.get("lang"), image.get("alt")) == ("ru", "Красный угол на сером")


def test_a_file_that_is_not_published_shows_in_the_preview_only(stored: Stored) -> None:
    file = stored()
    assert shown("picture file", file=file) == ""
    assert "<img" in shown("picture file", preview=True, file=file)
    assert shown("picture file", file=None) == ""


def test_a_card_takes_the_picture_without_its_caption(stored: Stored) -> None:
    html = shown("picture file caption=False decorative=True eager=True", file=stored(is_published=True))
    image = lxml.html.fromstring(html).find(".//img")
    assert "<fig" not in html
    assert image.get("alt") == ""
    assert image.get("loading") is None
    assert image.get("fetchpriority") == "high"


def test_a_video_waits_for_its_reader_and_has_subtitles(stored: Stored) -> None:
    words = MultilingualText.of("en", en="WEBVTT\n\n", ru="WEBVTT\n\n")
    file = stored(samples.mp4(), "a.mp4", captions=words, is_published=True)
    page = lxml.html.fromstring(shown("video file poster", "ru", file=file, poster=stored(is_published=True)))
    video = page.find(".//video")
    assert video.get("preload") == "none"
    assert video.get("controls") is not None
    assert video.get("autoplay") is None
    assert video.get("poster").endswith("/960.jpg") or video.get("poster").endswith("/1000.jpg")
    tracks = {one.get("srclang"): one.get("default") is not None for one in page.findall(".//track")}
    assert tracks == {"en": False, "ru": True}


def test_a_document_says_its_type_and_size(stored: Stored) -> None:
    title = MultilingualText.of("en", en="Report of the year")
    file = stored(samples.pdf(pages=3), "a.pdf", caption=title, is_published=True)
    html = shown("document file", file=file)
    assert "Report of the year" in html
    assert "PDF" in html
    assert "3 pages" in html


def test_a_block_takes_files_of_its_kind_only(stored: Stored) -> None:
    picture, block = stored(is_published=True), PictureBlock()
    assert block.clean(block.to_python({"file": picture.pk}))["file"] == picture
    assert "<img" in block.render(block.to_python({"file": picture.pk}), context={"request": None})
    with pytest.raises(ValidationError):
        DocumentBlock().clean(DocumentBlock().to_python({"file": picture.pk}))


def test_the_chooser_shows_and_gives_only_what_one_may_choose(cast: Any, log_in: Any, stored: Stored) -> None:
    ours = stored(key="ours-file")
    theirs = stored(office=cast.theirs, is_published=True, caption=MultilingualText.of("en", en="Theirs"))
    hidden = stored(samples.png(), "b.png", office=cast.theirs)
    client = log_in(cast.editor)
    html = client.get("/admin/media/chooser/").json()["html"]
    assert f"/chosen/{ours.pk}/" in html
    assert f"/chosen/{theirs.pk}/" in html
    assert f"/chosen/{hidden.pk}/" not in html
    assert client.get(f"/admin/media/chooser/chosen/{ours.pk}/").status_code == 200
    assert client.get(f"/admin/media/chooser/chosen/{hidden.pk}/").status_code == 404
    assert (
        client.get("/admin/media/chooser/results/?q=theirs").content.count(b"data-chooser-modal-choice") == 1
    )
    assert client.get("/admin/media/chooser/results/?kind=video").content.count(b"modal-choice") == 0


def test_a_file_is_uploaded_inside_the_chooser(cast: Any, log_in: Any) -> None:
    data = {
        "media_chooser-file": SimpleUploadedFile("a.jpg", samples.jpeg()),
        "file": SimpleUploadedFile("a.jpg", samples.jpeg()),
        "alt-source": "en",
        "alt-en": "A red corner",
        "is_published": "on",
    }
    answer = log_in(cast.editor).post("/admin/media/chooser/create/", data)
    assert answer.json()["step"] == "chosen", answer.json()
    file = MediaFile.objects.get()
    assert (file.office, file.is_published, str(file.alt)) == (cast.ours, True, "A red corner")


def test_a_hostile_upload_in_the_chooser_is_told_in_words(cast: Any, log_in: Any) -> None:
    data = {"file": SimpleUploadedFile("a.png", samples.SVG), "alt-source": "en"}
    answer = log_in(cast.editor).post("/admin/media/chooser/create/", data).json()
    assert answer["step"] == "reshow_creation_form"
    assert "SVG" in answer["htmlFragment"]


def _upload(client: Any, data: bytes, **fields: Any) -> Any:
    address = "/admin/media/new/"
    form = {**filled_form(client, address), **fields}
    form["file"] = SimpleUploadedFile("photo.jpg", data)
    return client.post(address, form)


def test_a_file_is_uploaded_described_and_published_in_the_editing_pages(cast: Any, log_in: Any) -> None:
    client = log_in(cast.editor)
    answer = _upload(client, samples.jpeg(), **{"alt-en": "A red corner", "is_published": "on"})
    assert answer.status_code == 302, answer.context["form"].errors
    file = MediaFile.objects.get()
    assert (file.office, file.kind, file.width, file.is_published) == (cast.ours, "picture", 900, True)
    address = f"/admin/media/edit/{file.pk}/"
    form = filled_form(client, address)
    assert "file" not in form
    assert client.post(address, {**form, "taken": "2024-05", "key": "red-corner"}).status_code == 302
    file.refresh_from_db()
    assert (file.taken, file.key, file.width) == ("2024-05", "red-corner", 900)
    assert client.get("/admin/media/").status_code == 200
    assert client.get(f"/admin/media/inspect/{file.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("data", "fields", "why"),
    [
        (samples.SVG, {}, "SVG"),
        (samples.bomb_png(60_000, 60_000), {}, "60000 × 60000 pixels; at most 80 million"),
        (samples.jpeg()[:700], {}, "damaged"),
        (samples.jpeg(), {"is_published": "on"}, "text that tells what it shows"),
        (samples.jpeg(), {"captions-en": "no vtt"}, "WEBVTT"),
    ],
    ids=["svg", "bomb", "truncated", "no text", "subtitles"],
)
def test_an_upload_that_is_wrong_is_told_in_words_and_nothing_is_stored(
    data: bytes, fields: dict[str, str], why: str, cast: Any, log_in: Any
) -> None:
    answer = _upload(log_in(cast.editor), data, **fields)
    assert answer.status_code == 200
    told = " ".join(str(one) for messages in answer.context["form"].errors.values() for one in messages)
    assert why in told.replace("\xa0", "")
    assert not MediaFile.objects.exists()


def test_a_second_upload_of_a_file_leads_to_the_first(cast: Any, log_in: Any, stored: Stored) -> None:
    first = stored(samples.jpeg(), key="first-one")
    answer = _upload(log_in(cast.editor), samples.jpeg())
    assert "first-one" in str(answer.context["form"].errors)
    assert MediaFile.objects.get() == first


STATUSES = {
    "editor": (200, 200, 200, 404),
    "data_manager": (200, 200, 200, 404),
    "translator": (200, 302, 200, 404),
    "auditor": (200, 302, 302, 302),
    "administrator": (302, 302, 302, 302),
    "foreign_editor": (200, 200, 404, 200),
    "public": (302, 302, 302, 302),
    "ranger": (302, 302, 302, 302),
    "operator": (200, 200, 200, 200),
}


def test_editing_pages_open_to_those_who_have_the_right(cast: Any, log_in: Any, stored: Stored) -> None:
    ours, theirs = stored(), stored(office=cast.theirs)
    addresses = ("", "new/", f"edit/{ours.pk}/", f"edit/{theirs.pk}/")
    for name, statuses in STATUSES.items():
        client = log_in(cast[name])
        got = tuple(client.get(f"/admin/media/{one}").status_code for one in addresses)
        assert got == statuses, name
