"""An editor sees a new page of each kind before it is saved for the first time."""

from __future__ import annotations

from typing import Any

import pytest
from tests.portal.form_data import filled_form
from wagtail.models import get_page_models
from wagtail.test.utils.form_data import nested_form_data, streamfield

from amur.portal.languages.codes import HTML_TAGS, Language

KINDS = sorted(
    model._meta.model_name
    for model in get_page_models()
    if model._meta.app_label == "website" and model._meta.model_name not in {"centrepage", "homepage"}
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_page_shows_its_preview(cast: Any, records: Any, log_in: Any, kind: str) -> None:
    home, client = records.homes["ru"], log_in(cast.editor)
    children = [model._meta.model_name for model in type(home).allowed_subpage_models()]
    if kind not in children:
        home = home.add_child(instance=_parent_of(kind)(title="List", locale=home.locale))
    add = f"/admin/pages/add/website/{kind}/{home.pk}/"
    assert client.get(f"{add}preview/").status_code == 200, "nothing is typed yet"
    typed = {"title": "Новая страница", "date": "2021-07-29", "body": streamfield([])}
    form = filled_form(client, add) | nested_form_data(typed)
    assert client.post(f"{add}preview/", form).json() == {"is_valid": True, "is_available": True}
    shown = client.get(f"{add}preview/")
    assert shown.status_code == 200
    assert "<title>Новая страница" in shown.content.decode()
    assert '<html lang="ru"' in shown.content.decode()
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"], "it stands beside the form"
    assert "public" not in shown.headers["Cache-Control"]


@pytest.mark.parametrize("code", ["en", "ru"])
def test_a_page_is_previewed_in_its_own_language_and_as_it_is_typed(
    cast: Any, records: Any, log_in: Any, code: Language
) -> None:
    home, client = records.homes[code], log_in(cast.editor)
    form = filled_form(client, f"/admin/pages/{home.pk}/edit/") | nested_form_data(
        {"title": "Not yet published", "body": streamfield([])}
    )
    address = f"/admin/pages/{home.pk}/edit/preview/"
    assert client.post(address, form).json()["is_valid"]
    shown = client.get(address).content.decode()
    assert f'<html lang="{HTML_TAGS[code]}"' in shown
    assert "Not yet published" in shown
    assert "Not yet published" not in client.get(f"/{code}/").content.decode()


def _parent_of(kind: str) -> Any:
    return next(
        model
        for model in get_page_models()
        if kind in {child._meta.model_name for child in model.allowed_subpage_models()}
    )
