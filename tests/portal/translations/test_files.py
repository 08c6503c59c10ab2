"""Translations by file: all or nothing, refused parts with a reason, repeatable; machine and glossary."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import translation

from amur.formats.errors import FormatErrors
from amur.formats.po import read_po
from amur.formats.units import WORDINGS, Batch
from amur.formats.xliff import read_xliff, write_xliff
from amur.portal.languages.text import MultilingualText
from amur.portal.runs.actions import start
from amur.portal.runs.execution import work_on
from amur.portal.translations import actions, exchange, glossary
from amur.portal.translations.engines import engine_of
from amur.portal.translations.models import Term, TranslatedSegment
from amur.portal.translations.registry import Refusal
from amur.portal.translations.wordings import SENTENCES

pytestmark = pytest.mark.django_db


def exported(newsroom: Any, language: str = "en") -> Batch:
    files = exchange.export_items([newsroom.item], language, "xliff")  # type: ignore[arg-type]
    assert list(files) == [f"ru-{language}.xlf"]
    return read_xliff(files[f"ru-{language}.xlf"])


def translated(batch: Batch, **other: str) -> Batch:
    """As a translator would send it back; `other` puts words at the place of single targets."""
    units = tuple(
        dataclasses.replace(
            one, target=other.get(one.id.rpartition(".")[2], one.source.replace("о", "o")), state="reviewed"
        )
        for one in batch.units
    )
    return dataclasses.replace(batch, units=units)


def test_what_goes_out_and_comes_back_is_the_translation(newsroom: Any) -> None:
    given = read_xliff(write_xliff(translated(exported(newsroom))))
    report = exchange.import_batch(newsroom.cast.editor, given, publish=True)
    assert report.is_done and report.written == len(given.units) and not report.refused
    page = newsroom.version("en")
    assert page.live and page.translation_status == "reviewed"
    assert "<b>" in page.body[1].value.source
    again = exchange.import_batch(newsroom.cast.editor, given, publish=True)
    assert (again.written, again.unchanged) == (0, len(given.units))
    assert page.latest_revision_id == newsroom.version("en").latest_revision_id


def test_both_formats_carry_the_same(newsroom: Any) -> None:
    newsroom.translate(newsroom.cast.editor, "en")
    xliff = exchange.export_items([newsroom.item], "en", "xliff")["ru-en.xlf"]
    po = exchange.export_items([newsroom.item], "en", "po")["ru-en.po"]
    assert read_xliff(xliff) == read_po(po)


def test_one_refused_part_keeps_the_whole_file_out_unless_the_others_are_asked_for(
    cast: Any, records: Any, newsroom: Any
) -> None:
    batch = translated(exported(newsroom))
    wrong = dataclasses.replace(batch.units[0], item="newspage/11111111-1111-4111-8111-111111111111")
    given = dataclasses.replace(batch, units=(*batch.units, wrong))
    report = exchange.import_batch(cast.editor, given)
    assert not report.is_done and report.written == 0 and newsroom.version("en") is None
    assert [(one.number, one.message) for one in report.refused] == [(7, "There is no such item here.")]
    report = exchange.import_batch(cast.editor, given, skip_refused=True)
    assert report.is_done and report.written == 6 and len(report.refused) == 1
    assert newsroom.version("en") is not None


def test_a_part_whose_source_has_changed_meanwhile_is_refused(newsroom: Any) -> None:
    given = translated(exported(newsroom))
    newsroom.change_source(summary="Иначе")
    report = exchange.import_batch(newsroom.cast.editor, given)
    assert [one.message for one in report.refused] == [
        "The source text has changed since the file was made; export it again."
    ]
    assert newsroom.version("en") is None


def test_a_part_with_a_broken_placeholder_is_refused(newsroom: Any) -> None:
    batch = translated(exported(newsroom))
    units = tuple(dataclasses.replace(one, target=one.target.replace("</b>", "")) for one in batch.units)
    report = exchange.import_batch(newsroom.cast.editor, dataclasses.replace(batch, units=units))
    assert len(report.refused) == 1 and "</b>" in report.refused[0].message


def test_a_file_gives_nobody_rights_that_the_person_has_not(newsroom: Any) -> None:
    report = exchange.import_batch(newsroom.cast.editor, translated(exported(newsroom, "zh-hans")))
    assert [one.message for one in report.refused] == ["You may not write this translation."]
    assert newsroom.version("zh-hans") is None
    newsroom.page.unpublish()
    hidden = exchange.import_batch(newsroom.cast.foreign_editor, translated(exported(newsroom, "zh-hans")))
    assert {one.message for one in hidden.refused} == {"There is no such item here."}


def test_a_language_of_no_office_is_refused(newsroom: Any) -> None:
    with pytest.raises(Refusal, match="fr"):
        exchange.import_batch(newsroom.cast.editor, Batch("ru", "fr", ()))


class Parrot:
    """An engine for tests: it repeats what it hears, in brackets."""

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        return [
            one.replace("Тигр", "[Тигр]") if one.startswith("<") else f"[{target}] {one}" for one in texts
        ]


PATH = f"{Parrot.__module__}.Parrot"


def test_no_engine_is_called_unless_an_office_has_one(newsroom: Any, settings: Any, log_in: Any) -> None:
    assert settings.AMUR_TRANSLATION_ENGINES == {}
    assert engine_of(newsroom.cast.ours) is None
    page = log_in(newsroom.cast.editor).get("/admin/translations/files/").content.decode()
    assert "Translate by machine" not in page
    given = {"office": "ours", "machine-language": "en"}
    assert log_in(newsroom.cast.editor).post("/admin/translations/machine/", given).status_code == 302
    run = start("machine-translation", {"items": [newsroom.item.pk], "language": "en"}, newsroom.cast.editor, newsroom.cast.ours, in_background=False)  # fmt: skip
    assert work_on(run.uuid).state == "failed" and newsroom.version("en") is None


def test_a_machines_words_are_a_labelled_draft_and_never_overwrite_a_person(
    newsroom: Any, settings: Any
) -> None:
    settings.AMUR_TRANSLATION_ENGINES = {"ours": PATH}
    given = {"items": [newsroom.item.pk], "language": "en"}
    run = start("machine-translation", given, newsroom.cast.editor, newsroom.cast.ours, in_background=False)
    done = work_on(run.uuid)
    assert (done.state, done.result) == ("done", {"translated": 1, "items": 1})
    page = newsroom.version("en")
    assert not page.live and page.get_latest_revision_as_object().translation_status == "machine"
    state = newsroom.state("en")
    assert (state.state, state.rank) == ("machine", 2)
    newsroom.translate(newsroom.cast.editor, "en")
    again = start("machine-translation", given, newsroom.cast.editor, newsroom.cast.ours, in_background=False)
    assert work_on(again.uuid).result == {"translated": 0, "items": 1}
    assert newsroom.version("en").title == "en: Новость"


def test_a_published_machine_translation_says_so_to_readers(newsroom: Any, settings: Any) -> None:
    from django.test import Client

    settings.AMUR_TRANSLATION_ENGINES = {"ours": PATH}
    given = {"items": [newsroom.item.pk], "language": "en"}
    run = start("machine-translation", given, newsroom.cast.editor, newsroom.cast.ours, in_background=False)
    work_on(run.uuid)
    newsroom.version("en").get_latest_revision().publish()
    page = Client().get(f"/en/news/{newsroom.version('en').slug}/").content.decode()
    assert "Machine translation, read by nobody yet." in page


def test_the_glossary_has_its_terms_in_four_languages_and_keeps_what_editors_change(db: None) -> None:
    made = actions.load_terms()
    assert made >= 60
    assert all(len(one.names.texts) == 4 for one in Term.objects.all())
    for one in Term.objects.all():
        one.full_clean()
    Term.objects.filter(key="den").update(note="Ours")
    assert actions.load_terms() == 0
    assert Term.objects.get(key="den").note == "Ours"


def hits(
    source: str, language: str, target: str, into: str, *terms: Term
) -> list[tuple[str, bool, tuple[str, ...]]]:
    return [
        (one.wanted, one.missing, one.forbidden)
        for one in glossary.hits(source, language, target, into, terms)
    ]  # type: ignore[arg-type]


def test_deviations_from_the_glossary_are_seen_in_every_form_of_a_word() -> None:
    tiger = Term(
        key="tiger",
        names=MultilingualText.of("en", en="Amur tiger", ru="амурский тигр", zh="东北虎", mn="Амарын бар"),
        forbidden=["ru: уссурийский тигр", "zh-hans: 西伯利亚虎"],
    )
    park = Term(key="park", names=MultilingualText.of("en", en="park", ru="парк"))
    national = Term(
        key="national-park", names=MultilingualText.of("en", en="national park", ru="национальный парк")
    )
    assert hits("Two Amur tigers", "en", "о двух амурских тиграх", "ru", tiger) == [
        ("амурский тигр", False, ())
    ]
    assert hits("Two Amur tigers", "en", "уссурийского тигра", "ru", tiger) == [
        ("амурский тигр", True, ("уссурийский тигр",))
    ]
    assert hits("амурским тиграм", "ru", "两只西伯利亚虎", "zh-hans", tiger) == [
        ("东北虎", True, ("西伯利亚虎",))
    ]
    assert hits("东北虎数量", "zh-hans", "Амарын барын тоо", "mn", tiger) == [("Амарын бар", False, ())]
    assert hits("A wolf", "en", "Волк", "ru", tiger) == []
    assert hits("Amur tiger", "en", "", "ru", tiger) == [("амурский тигр", False, ())]
    assert [
        one for one, *_ in hits("the National Park", "en", "в национальном парке", "ru", park, national)
    ] == ["национальный парк"]


def test_snapshots_remember_who_wrote_what_from_which_source(newsroom: Any) -> None:
    newsroom.translate(newsroom.cast.editor, "en")
    row = TranslatedSegment.objects.get(item=newsroom.item, language="en", segment="summary")
    assert (row.who, row.source_text, row.text, row.state) == (
        newsroom.cast.editor, "Коротко", "en: Коротко", "reviewed",
    )  # fmt: skip
    assert row.written is not None


def test_what_is_wrong_with_a_file_is_told_in_the_translators_language() -> None:
    assert set(SENTENCES) == {text for one in WORDINGS.values() for text in (one.text, one.expected)}
    with pytest.raises(FormatErrors) as caught:
        read_po(b"\xff\xfe", name="ru-en.po")
    with translation.override("ru"):
        (row,) = exchange.problems_in_words(caught.value)
    assert row.message == "Файл не в кодировке UTF-8. Сохраните его в UTF-8 и загрузите снова."
