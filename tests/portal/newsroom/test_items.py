"""Items of offices: whose they are, what publishing demands, and how an office was called in their time."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from amur.portal.languages.text import MultilingualText
from amur.portal.library.models import valid_doi, valid_isbn
from amur.portal.offices.models import LegalNotice, OfficeName
from amur.portal.website.models import NewsIndexPage, NewsPage


def item(records: Any, code: str = "ru", **more: Any) -> NewsPage:
    home = records.homes[code]
    index = NewsIndexPage.objects.child_of(home).first() or home.add_child(
        instance=NewsIndexPage(title="News", slug="news", locale=home.locale, source_language=code)
    )
    given = {"title": "Item", "slug": "item", "date": datetime.date(2015, 5, 1), "locale": home.locale}
    page: NewsPage = index.add_child(instance=NewsPage(source_language=code, **{**given, **more}))
    return page


def test_an_item_bears_the_name_that_its_office_had_in_its_time(cast: Any, records: Any) -> None:
    OfficeName.objects.all().delete()
    OfficeName.objects.create(
        office=cast.ours,
        names=MultilingualText.of("ru", ru="Прежнее имя"),
        valid_from=datetime.date(2010, 1, 1),
        valid_to=datetime.date(2019, 12, 31),
    )
    item(records, office=cast.ours)
    item(records, office=cast.ours, slug="later", date=datetime.date(2022, 1, 1))
    old = Client().get("/ru/news/item/").content.decode()
    new = Client().get("/ru/news/later/").content.decode()
    assert "Прежнее имя" in old and "Прежнее имя" not in new
    assert "Office ours" in new


def test_a_notice_stands_on_its_offices_items_only_after_the_text_while_it_is_in_force(
    cast: Any, records: Any
) -> None:
    today = timezone.localdate()
    day = datetime.timedelta(days=1)

    def notice(text: str, start: datetime.date, end: datetime.date | None = None) -> None:
        LegalNotice.objects.create(
            office=cast.ours, scope="items", age_mark="12+", valid_from=start, valid_to=end,
            text=MultilingualText.of("ru", ru=text),
        )  # fmt: skip

    notice("Требуемая надпись", today - day)
    notice("Уже не нужна", today - 9 * day, today - day)
    notice("Ещё не нужна", today + day)
    item(records, office=cast.ours, summary="Содержание статьи")
    item(records, office=cast.theirs, slug="theirs")
    page = Client().get("/ru/news/item/").content.decode()
    assert page.index("<h1") < page.index("Требуемая надпись")
    assert "12+" in page and "Уже не" not in page and "Ещё не" not in page
    assert "Требуемая" not in Client().get("/ru/news/theirs/").content.decode()
    assert "Требуемая" not in Client().get("/ru/areas/").content.decode()
    item(records, "zh-hans", office=cast.ours)
    assert "12+" in Client().get("/zh-hans/news/item/").content.decode()


def test_a_place_in_words_takes_no_coordinates(cast: Any, records: Any) -> None:
    page = item(records)
    page.place = "48.51234 N, 135.01234 E"
    with pytest.raises(ValidationError, match="coordinates"):
        page.full_clean()


def test_an_editor_chooses_among_released_records_and_only_the_own_office(
    cast: Any, records: Any, log_in: Any
) -> None:
    page = item(records)
    form = log_in(cast.editor).get(f"/admin/pages/{page.pk}/edit/")
    html = form.content.decode()
    assert 'value="ours-species"' in html and 'value="ours-area"' in html
    offices = html.split('name="office"', 1)[1].split("</select>", 1)[0]
    assert "Office ours" in offices and "Office theirs" not in offices


def test_publishing_demands_text_and_credit_of_a_picture_in_the_pages_language(
    cast: Any, records: Any, log_in: Any
) -> None:
    from form_data import filled_form

    from amur.portal.media.models import MediaFile

    file = MediaFile.objects.create(
        office=cast.ours, kind="picture", name="a.png", sha256="0" * 64, media_type="image/png", size=1,
        alt=MultilingualText.of("en", en="A stork"), is_published=True,
    )  # fmt: skip
    page = item(records, lead_picture=file, office=cast.ours)
    browser, address = log_in(cast.editor), f"/admin/pages/{page.pk}/edit/"
    data = {**filled_form(browser, address), "action-publish": "1", "body-count": "0"}
    told = browser.post(address, data).content.decode()
    assert "no text instead of the picture in this language" in told
    file.alt = MultilingualText.of("ru", ru="Аист")
    file.save()
    assert "has no credit" in browser.post(address, data).content.decode()
    file.credit = MultilingualText.of("ru", ru="Снято нами")
    file.save()
    assert browser.post(address, data).status_code == 302


def test_a_picture_is_not_shown_twice_when_it_leads_the_lists_and_stands_in_the_text(
    cast: Any, records: Any
) -> None:
    from amur.portal.media.models import MediaFile

    file = MediaFile.objects.create(
        office=cast.ours, kind="picture", name="a.png", sha256="0" * 64, media_type="image/png", size=1
    )  # fmt: skip
    page = item(records, lead_picture=file, office=cast.ours)
    assert page.first_picture == file
    page.body = [("gallery", [{"file": file}])]
    assert page.first_picture is None


def test_publications_of_offices_are_drafts_until_published_and_then_leave_through_the_gate(
    cast: Any, records: Any
) -> None:
    from amur.portal.release.models import Released

    row = records.ours["publications"]
    assert not Released.objects.filter(uuid=row.uuid).exists()
    row.is_published = True
    row.save()
    assert Released.objects.get(uuid=row.uuid).fields["issued"] == "2020"


@pytest.mark.parametrize("text", ["978-3-16-148410-1", "123", "0-306-40615-X"])
def test_a_wrong_isbn_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        valid_isbn(text)


def test_a_doi_is_written_bare() -> None:
    valid_doi("10.1000/182")
    with pytest.raises(ValidationError):
        valid_doi("https://doi.org/10.1000/182")
