"""The PDF of an issue: made by a run, readable in four languages, never telling what the site no longer tells."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.test import Client

from amur.portal.newsletter import fonts, queries, store
from amur.portal.newsletter.actions import FILES_KIND, make_stale_files
from amur.portal.newsletter.models import Issue
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run, RunState

pytestmark = pytest.mark.skipif(not (fonts.FOLDER / "faces.json").exists(), reason="fonts are not installed")


def text_of(content: bytes) -> str:
    """The words of a file as a reader's program takes them out of it."""
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def files_of(issue: Issue) -> dict[str, bytes]:
    run = work_on(Run.objects.get(kind=FILES_KIND, state=RunState.QUEUED).uuid)
    assert run.state == RunState.DONE, run.problems
    issue.refresh_from_db()
    return {code: store.path_of(one["sha256"]).read_bytes() for code, one in issue.files.items()}


def test_the_files_can_be_read_in_four_languages_by_people_and_by_machines(desk: Any, published: Any) -> None:
    assert Client().get("/ru/newsletter/67.pdf").status_code == 404  # nothing is made in a request
    files = files_of(published)
    assert set(files) == {"en", "ru", "zh-hans", "mn"}
    assert "Журавли вернулись" in text_of(files["ru"]) and "Полный текст новости." in text_of(files["ru"])
    assert "鹤群归来" in text_of(files["zh-hans"]) and "第一批" in text_of(files["zh-hans"])
    assert "Cranes are back" in text_of(files["en"])
    for code, tag in {"en": "en-GB", "ru": "ru", "zh-hans": "zh-CN", "mn": "mn"}.items():
        with pikepdf.open(BytesIO(files[code])) as pdf:
            assert str(pdf.Root.Lang) == tag
            assert bool(pdf.Root.MarkInfo.Marked) and "/StructTreeRoot" in pdf.Root
            assert "67" in str(pdf.docinfo["/Title"])
            assert "/CreationDate" not in pdf.docinfo
            with pdf.open_outline() as outline:
                assert len(outline.root[0].children) == 3
            links = [str(one.A.URI) for page in pdf.pages for one in page.get("/Annots", []) if "/A" in one]
            assert f"https://centre.example/{code}/news/cranes/" in links
            assert f"https://centre.example/{code}/newsletter/67/" in links


def test_the_letters_of_mongolian_are_drawn_by_the_fonts(tmp_path: Any) -> None:
    fonts.write_fonts("Өвөл үүр ёё 老虎", tmp_path)
    known = {letter for file in tmp_path.glob("*.ttf") for letter in fonts.TTFont(file).getBestCmap()}
    assert {ord(one) for one in "Өвөлүүрё老虎"} <= known


def test_the_same_edition_gives_the_same_bytes(published: Any) -> None:
    from amur.portal.newsletter.typeset import typeset

    edition = queries.edition_of_row(published, "ru")
    assert typeset([edition], "https://a.example") == typeset([edition], "https://a.example")


def test_a_file_that_tells_more_than_the_page_is_withdrawn_and_made_anew(
    desk: Any, published: Any, django_capture_on_commit_callbacks: Any
) -> None:
    files_of(published)
    visitor = Client()
    answer = visitor.get("/ru/newsletter/67.pdf")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert not answer.cookies and answer["Cache-Control"].startswith("public, max-age=0")
    assert visitor.get("/ru/newsletter/67.pdf", headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert 'href="/ru/newsletter/67.pdf"' in visitor.get("/ru/newsletter/67/").content.decode()
    answer.getvalue()  # to its end, which closes the file
    with django_capture_on_commit_callbacks(execute=True):
        desk.only.unpublish()
    assert visitor.get("/ru/newsletter/67.pdf").status_code == 404
    assert 'href="/ru/newsletter/67.pdf"' not in visitor.get("/ru/newsletter/67/").content.decode()
    anew = files_of(published)
    assert "Без перевода" not in text_of(anew["ru"])
    assert len(list(store.folder().glob("*.pdf"))) == 4  # the old ones are gone


def test_what_nobody_needs_is_not_made_again(published: Any) -> None:
    files_of(published)
    assert make_stale_files() == []
