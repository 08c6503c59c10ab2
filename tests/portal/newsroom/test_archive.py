"""Pages of an older site: date, title, text, pictures are kept; the text is harmless; all or nothing; repeatable."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from amur.formats.errors import FormatErrors
from amur.formats.saved_pages import cleaned, day_in
from amur.portal.website.models import ArchivePage

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Site</title>
<link rel="canonical" href="{address}"></head><body><nav>Menu</nav><h1>{title}</h1>
<span class="news-date">24 october 2018</span><article>{body}</article></body></html>"""
ADDRESS = "https://old.example.org/en/docs/detail.php?ID=11404"


def save(
    folder: Path, name: str = "a.html", address: str = ADDRESS, body: str = "<p>Storks nest.</p>"
) -> Path:
    path = folder / name
    path.write_text(PAGE.format(address=address, title="Old <i>news</i>", body=body), encoding="utf-8")
    return path


def take(folder: Path, cast: Any) -> Any:
    from amur.portal.website.archive import import_archive

    return import_archive(folder, cast.ours, "en")


@pytest.mark.parametrize(
    "text", ["24 october 2018", "24 октября 2018 г.", "24.10.2018", "2018年10月24日", "2018-10-24T09:00"]
)
def test_dates_of_four_languages_are_read(text: str) -> None:
    assert day_in(text) == datetime.date(2018, 10, 24)


def test_what_could_harm_is_not_taken_over() -> None:
    html = cleaned(
        '<p onclick="x()" style="a">A<script>x</script><a href="javascript:x()">b</a><iframe></iframe></p>'
    )
    assert html == "<p>A<a>b</a></p>"


def test_a_page_is_kept_with_date_title_text_and_picture_and_says_that_it_is_old(
    cast: Any, records: Any, tmp_path: Path
) -> None:
    Image.new("RGB", (600, 400), "green").save(tmp_path / "photo.jpg")
    save(tmp_path, body='<p>Before.</p><img src="photo.jpg" alt="A stork"><p onclick="x()">After.</p>')
    done = take(tmp_path, cast)
    assert (done.added, done.missing) == (1, ())
    row = ArchivePage.objects.get()
    assert (row.title, row.known_date, row.office) == ("Old news", "2018-10-24", cast.ours)
    assert [block.block_type for block in row.body] == ["text", "picture", "text"]
    assert row.body[1].value["file"].alt.text("en") == "A stork"
    answer = Client().get("/en/docs/detail.php?ID=11404")
    assert answer.status_code == 301
    page = Client().get(answer.headers["Location"]).content.decode()
    assert "may be outdated" in page and ADDRESS in page.replace("&amp;", "&")
    assert "onclick" not in page and "Menu" not in page.split("<main", 1)[1].split("</main>")[0]


def test_taking_over_again_changes_nothing_and_a_changed_page_becomes_a_new_version(
    cast: Any, records: Any, tmp_path: Path
) -> None:
    save(tmp_path)
    take(tmp_path, cast)
    first = ArchivePage.objects.get()
    assert take(tmp_path, cast).same == 1
    save(tmp_path, body="<p>Storks have left.</p>")
    assert take(tmp_path, cast).changed == 1
    again = ArchivePage.objects.get()
    assert (again.pk, again.slug) == (first.pk, first.slug)
    assert "left" in str(again.body)


def test_one_wrong_page_keeps_all_out_and_each_wrong_file_is_named(
    cast: Any, records: Any, tmp_path: Path
) -> None:
    save(tmp_path)
    save(tmp_path, "b.html", address="")
    save(tmp_path, "c.html")
    with pytest.raises(FormatErrors) as caught:
        take(tmp_path, cast)
    assert {problem.file for problem in caught.value.problems} == {"b.html", "c.html"}
    (tmp_path / "b.html").unlink()
    save(tmp_path, "c.html", address=ADDRESS + "5", body="<p>The nest is at 48.51234 N, 135.01234 E.</p>")
    with pytest.raises(FormatErrors, match="coordinates"):
        take(tmp_path, cast)
    assert not ArchivePage.objects.exists()


def test_a_file_outside_the_folder_is_refused_and_one_that_is_absent_is_told(
    cast: Any, records: Any, tmp_path: Path
) -> None:
    inside = tmp_path / "site"
    inside.mkdir()
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1.4")
    save(inside, body='<p>Text</p><a href="../secret.pdf">a</a>')
    with pytest.raises(FormatErrors, match="outside"):
        take(inside, cast)
    save(inside, body='<p>Text</p><img src="gone.jpg">')
    assert take(inside, cast).missing == ("a.html: gone.jpg",)
