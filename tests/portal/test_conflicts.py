"""Two people save the same thing: the later one is told and shown what the earlier one saved."""

from __future__ import annotations

from typing import Any

import pytest
from tests.portal.form_data import filled_form
from wagtail.test.utils.form_data import nested_form_data, streamfield

from amur.portal.areas.models import Area
from amur.portal.website.models import TextPage


def non_field_errors(response: Any) -> str:
    assert response.status_code == 200, "the form was accepted"
    return " ".join(response.context["form"].non_field_errors())


def test_the_later_of_two_people_sees_what_the_earlier_one_saved_in_a_record(
    cast: Any, records: Any, log_in: Any
) -> None:
    area: Area = records.ours["areas"]
    address = f"/admin/areas/edit/{area.pk}/"
    earlier, later = log_in(cast.data_manager), log_in(cast.data_manager)
    form = filled_form(later, address)
    assert earlier.post(address, {**filled_form(earlier, address), "area_ha": "2500"}).status_code == 302
    answer = later.post(address, {**form, "area_ha": "3500"})
    assert "2500" in non_field_errors(answer)
    area.refresh_from_db()
    assert area.area_ha == 2500
    assert answer.context["form"]["area_ha"].value() == "3500", "nothing that was typed is lost"
    again = {**form, "area_ha": "3500", "loaded_state": answer.context["form"]["loaded_state"].value()}
    assert later.post(address, again).status_code == 302, "sent once more it is a conscious choice"
    area.refresh_from_db()
    assert area.area_ha == 3500


def test_a_record_that_nobody_else_touched_is_saved_again_and_again(
    cast: Any, records: Any, log_in: Any
) -> None:
    address = f"/admin/areas/edit/{records.ours['areas'].pk}/"
    client = log_in(cast.data_manager)
    for area_ha in ("100", "200", "300"):
        assert client.post(address, {**filled_form(client, address), "area_ha": area_ha}).status_code == 302


def test_a_form_that_does_not_say_what_it_was_filled_from_is_not_taken(
    cast: Any, records: Any, log_in: Any
) -> None:
    address = f"/admin/areas/edit/{records.ours['areas'].pk}/"
    client = log_in(cast.data_manager)
    form = filled_form(client, address)
    for broken in ("", "[]", "{", '"x"'):
        assert non_field_errors(client.post(address, {**form, "loaded_state": broken}))


@pytest.fixture
def text_page(records: Any) -> TextPage:
    home = records.homes["ru"]
    page: TextPage = home.add_child(
        instance=TextPage(title="Text", slug="text", locale=home.locale, source_language="ru")
    )
    return page


def sent(client: Any, page: TextPage, title: str) -> dict[str, Any]:
    """What a browser sends from the page's form as it is now."""
    context = client.get(f"/admin/pages/{page.pk}/edit/").context
    form = {
        "title": title,
        "slug": "text",
        "summary": "",
        "body": streamfield([]),
        "translation_status": "reviewed",
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0},
    }
    if context["page"].latest_revision_id:
        form["loaded_revision_id"] = str(context["page"].latest_revision_id)
        form["loaded_revision_created_at"] = context["loaded_revision_created_at"]
    return nested_form_data(form)  # type: ignore[no-any-return]


@pytest.mark.parametrize("button", [{}, {"action-publish": "1"}], ids=["saved", "published"])
def test_the_later_of_two_editors_of_a_page_is_told(
    cast: Any, text_page: TextPage, log_in: Any, button: dict[str, str]
) -> None:
    address = f"/admin/pages/{text_page.pk}/edit/"
    earlier, later = log_in(cast.editor), log_in(cast.editor)
    for first, second in (("One", "Two"), ("Three", "Four")):  # without a revision and with one
        form = sent(later, text_page, second)
        assert earlier.post(address, sent(earlier, text_page, first) | button).status_code == 302
        answer = later.post(address, form | button)
        assert cast.editor.get_username() in non_field_errors(answer)
        text_page.refresh_from_db()
        assert text_page.get_latest_revision_as_object().title == first
        assert answer.context["form"]["title"].value() == second
        assert later.post(address, sent(later, text_page, second) | button).status_code == 302
        text_page.refresh_from_db()
        assert text_page.get_latest_revision_as_object().title == second
