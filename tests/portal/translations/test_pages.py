"""The pages of the work list: queue, matrix, editor, files; for those who may, and for nobody else."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amur.portal.translations.models import Item, ItemState, Term

pytestmark = pytest.mark.django_db
QUEUE, MATRIX = "/admin/translations/", "/admin/translations/matrix/"


def address(newsroom: Any, language: str) -> str:
    return f"/admin/translations/newspage/{newsroom.page.translation_key}/{language}/"


def form_of(newsroom: Any, client: Any, language: str, **more: str) -> dict[str, str]:
    """What a browser would send: the page's own tokens, with texts for every segment."""
    from amur.portal.translations.forms import name_of

    page = client.get(address(newsroom, language))
    assert page.status_code == 200
    form = page.context["form"]
    given = {
        "token": form["token"].value(),
        "source_token": form["source_token"].value(),
        "state": "reviewed",
    }
    for one in form.segments:
        text = f"{language} {one.text}"
        if one.rich:
            text = rich(one.text.replace("Тигр", f"{language} Тигр"))
        given[name_of(one.id)] = text
    return {**given, **more}


def rich(html: str) -> str:
    """Rich text as the editor in the browser sends it."""
    from wagtail.admin.rich_text import get_rich_text_editor_widget

    from amur.portal.website.blocks import RICH_TEXT

    return str(get_rich_text_editor_widget(features=RICH_TEXT).format_value(html))


def test_a_translator_finds_the_item_takes_it_translates_it_and_it_is_public(
    newsroom: Any, log_in: Any
) -> None:
    client = log_in(newsroom.cast.foreign_editor)
    queue = client.get(QUEUE).content.decode()
    assert "Новость" in queue and f'href="{address(newsroom, "zh-hans")}"' in queue
    assert address(newsroom, "mn") not in queue
    assert "Новость" in client.get("/admin/").content.decode()
    assert client.post(f"{address(newsroom, 'zh-hans')}claim/", {"wish": "claim"}).status_code == 302
    assert newsroom.state("zh-hans").claimed_by == newsroom.cast.foreign_editor
    sent = client.post(address(newsroom, "zh-hans"), {**form_of(newsroom, client, "zh-hans"), "publish": "1"})
    assert sent.status_code == 302
    page = newsroom.version("zh-hans")
    assert page.live and page.title == "zh-hans Новость"
    assert "<b>прошёл</b>" in page.body[1].value.source and "zh-hans Тигр" in page.body[1].value.source
    assert address(newsroom, "zh-hans") not in client.get(QUEUE).content.decode()


def test_the_editor_marks_what_changed_word_by_word(newsroom: Any, log_in: Any) -> None:
    newsroom.translate(newsroom.cast.editor, "en")
    newsroom.change_source(summary="Коротко и ясно")
    page = log_in(newsroom.cast.editor).get(address(newsroom, "en")).content.decode()
    assert "<ins> и ясно</ins>" in page and "changed since it was translated" in page
    assert 'lang="ru"' in page and 'lang="en"' in page


def test_the_later_save_sees_both_texts_and_loses_nothing(newsroom: Any, log_in: Any) -> None:
    first, second = log_in(newsroom.cast.editor), log_in(newsroom.cast.foreign_editor)
    early = form_of(newsroom, first, "en", **{"text-summary": "The first one"})
    late = form_of(newsroom, second, "en", **{"text-summary": "The second one"})
    assert first.post(address(newsroom, "en"), early).status_code == 302
    answer = second.post(address(newsroom, "en"), late)
    said = answer.content.decode()
    assert answer.status_code == 409 and "The first one" in said and "The second one" in said
    assert newsroom.version("en").get_latest_revision_as_object().summary == "The first one"
    again = {**late, "token": answer.context["form"]["token"].value()}
    assert second.post(address(newsroom, "en"), again).status_code == 302
    assert newsroom.version("en").get_latest_revision_as_object().summary == "The second one"


def test_a_translator_saves_a_draft_but_finds_no_way_to_publish(newsroom: Any, log_in: Any) -> None:
    client = log_in(newsroom.cast.translator)
    assert "Save and publish" not in client.get(address(newsroom, "en")).content.decode()
    given = form_of(newsroom, client, "en")
    assert client.post(address(newsroom, "en"), {**given, "publish": "1"}).status_code == 302
    assert newsroom.version("en") is None
    assert client.post(address(newsroom, "en"), given).status_code == 302
    assert not newsroom.version("en").live
    assert address(newsroom, "en") not in client.get(QUEUE).content.decode()
    publishers = log_in(newsroom.cast.editor).get(QUEUE).content.decode()
    assert address(newsroom, "en") in publishers and "waits to be published" in publishers


def test_drafts_of_other_offices_do_not_exist(newsroom: Any, log_in: Any) -> None:
    newsroom.page.unpublish()
    client = log_in(newsroom.cast.foreign_editor)
    hidden = client.get(address(newsroom, "zh-hans"))
    nothing = client.get("/admin/translations/newspage/00000000-0000-4000-8000-000000000000/zh-hans/")
    assert hidden.status_code == nothing.status_code == 404
    for page in (QUEUE, MATRIX, "/admin/translations/matrix.csv", "/admin/translations/files/export?language=zh-hans&format=po&kind=newspage"):  # fmt: skip
        assert "Новость" not in client.get(page, follow=True).content.decode()
    assert "Новость" in log_in(newsroom.cast.editor).get(MATRIX).content.decode()


def test_records_of_other_offices_do_not_exist(cast: Any, records: Any, log_in: Any) -> None:
    area = records.theirs["areas"]
    client = log_in(cast.translator)
    assert client.get(f"/admin/translations/area/{area.uuid}/ru/").status_code == 404
    assert client.get(f"/admin/translations/area/{records.ours['areas'].uuid}/zh-hans/").status_code == 200
    assert "Record of theirs" not in client.get(f"{MATRIX}?kind=area").content.decode()


def test_the_matrix_shows_every_language_as_a_sign_and_a_word_and_filters(newsroom: Any, log_in: Any) -> None:
    newsroom.translate(newsroom.cast.editor, "en")
    newsroom.change_source(summary="Иначе")
    client = log_in(newsroom.cast.editor)
    page = client.get(f"{MATRIX}?kind=newspage").content.decode()
    assert "↻</span> outdated" in page and "○</span> missing" in page and "Record of ours" not in page
    assert "Новость" in client.get(f"{MATRIX}?language=en&state=outdated").content.decode()
    assert "Новость" not in client.get(f"{MATRIX}?language=mn&state=outdated").content.decode()
    assert "Новость" not in client.get(f"{MATRIX}?age=7&kind=newspage").content.decode()
    assert "Новость" in client.get(f"{MATRIX}?office=ours&kind=newspage").content.decode()
    assert "Новость" not in client.get(f"{MATRIX}?office=theirs&kind=newspage").content.decode()
    table = list(
        csv.DictReader(
            io.StringIO(
                client.get("/admin/translations/matrix.csv?kind=newspage").content.decode("utf-8-sig")
            )
        )
    )
    states = {row["language"]: row["state"] for row in table if row["title"] == "Новость"}
    assert states == {"en": "outdated", "ru": "source", "zh-hans": "missing", "mn": "missing"}


def test_a_title_is_no_formula_in_a_spreadsheet(newsroom: Any, log_in: Any) -> None:
    newsroom.change_source(title="=HYPERLINK()")
    text = log_in(newsroom.cast.editor).get("/admin/translations/matrix.csv").content.decode()
    assert "'=HYPERLINK()" in text and ",=HYPERLINK" not in text


def test_the_pages_ask_few_questions_however_many_items_there_are(newsroom: Any, log_in: Any) -> None:
    import uuid

    office = newsroom.cast.ours
    items = Item.objects.bulk_create(
        Item(
            kind="newspage",
            subject=uuid.uuid4(),
            office=office,
            title=f"Item {n}",
            source_language="ru",
            is_public=True,
        )
        for n in range(500)
    )
    ItemState.objects.bulk_create(
        ItemState(
            item=item,
            language=code,
            state="source" if code == "ru" else "missing",
            rank=9 if code == "ru" else 1,
        )
        for item in items
        for code in ("en", "ru", "zh-hans", "mn")
    )
    client = log_in(newsroom.cast.editor)
    for page in (QUEUE, MATRIX):
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        # The frame of the editing pages asks about ten of them.
        assert len(asked) <= 24, "\n".join(one["sql"][:150] for one in asked)
    assert "page 2 of 11" in client.get(f"{MATRIX}?p=2").content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("public", 302),
        ("ranger", 302),
        ("editor", 200),
        ("translator", 200),
        ("auditor", 200),
        ("operator", 200),
    ],
)
def test_the_work_list_is_for_those_who_translate_or_check(
    newsroom: Any, log_in: Any, who: str, status: int
) -> None:
    client = log_in(newsroom.cast[who])
    for page in (QUEUE, MATRIX, "/admin/translations/matrix.csv", "/admin/translations/files/"):
        assert client.get(page).status_code == status, page


def test_an_auditor_reads_the_matrix_and_writes_nothing(newsroom: Any, log_in: Any) -> None:
    client = log_in(newsroom.cast.auditor)
    assert "Новость" in client.get(f"{MATRIX}?kind=newspage").content.decode()
    assert client.get(address(newsroom, "en")).status_code == 302
    assert client.post(f"{address(newsroom, 'en')}claim/", {"wish": "claim"}).status_code == 302
    assert newsroom.state("en").claimed_by is None


def test_a_claim_leads_back_to_this_site_only(newsroom: Any, log_in: Any) -> None:
    client = log_in(newsroom.cast.editor)
    answer = client.post(
        f"{address(newsroom, 'en')}claim/", {"wish": "claim", "next": "https://example.org/"}
    )
    assert answer["Location"] == QUEUE


def test_files_go_out_and_come_back_through_the_pages(newsroom: Any, log_in: Any) -> None:
    client = log_in(newsroom.cast.editor)
    out = client.get("/admin/translations/files/export?language=en&kind=newspage&format=po")
    assert out.status_code == 200 and out["Content-Disposition"] == 'attachment; filename="ru-en.po"'
    text = out.content.decode().replace('msgid "Новость"\nmsgstr ""', 'msgid "Новость"\nmsgstr "News"')
    file = SimpleUploadedFile("ru-en.po", text.encode())
    answer = client.post("/admin/translations/files/", {"file": file})
    assert answer.status_code == 200 and "1 parts written" in answer.content.decode()
    assert newsroom.version("en").get_latest_revision_as_object().title == "News"
    broken = client.post("/admin/translations/files/", {"file": SimpleUploadedFile("a.xlf", b"nonsense")})
    assert broken.status_code == 422 and "cannot be read" in broken.content.decode()


def test_the_glossary_marks_deviations_beside_the_text(newsroom: Any, log_in: Any) -> None:
    from amur.portal.languages.text import MultilingualText

    Term.objects.create(
        key="tiger",
        names=MultilingualText.of("en", en="Amur tiger", ru="тигр"),
        forbidden=["en: Siberian tiger"],
    )
    client = log_in(newsroom.cast.editor)
    sent = client.post(address(newsroom, "en"), form_of(newsroom, client, "en"))
    assert sent.status_code == 302
    page = client.get(address(newsroom, "en")).content.decode()
    assert "Amur tiger" in page and "not found in the translation" in page


def test_the_glossary_is_kept_by_editors_of_all_offices_and_read_by_others(
    newsroom: Any, log_in: Any
) -> None:
    from amur.portal.languages.text import MultilingualText

    term = Term.objects.create(key="den", names=MultilingualText.of("en", en="den"))
    edit = f"/admin/glossary/edit/{term.pk}/"
    got = {
        name: log_in(newsroom.cast[name]).get(edit).status_code
        for name in ("editor", "foreign_editor", "translator", "auditor", "ranger")
    }
    assert got == {"editor": 200, "foreign_editor": 200, "translator": 200, "auditor": 302, "ranger": 302}
    assert log_in(newsroom.cast.auditor).get("/admin/glossary/").status_code == 200
