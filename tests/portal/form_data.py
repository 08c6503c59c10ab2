"""What a browser would send back from an editing page: every field of the form with its present value."""

from __future__ import annotations

from typing import Any

import lxml.html


def filled_form(client: Any, address: str) -> dict[str, str | list[str]]:
    """The names and values of the page's editing form, as shown."""
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    page = lxml.html.fromstring(response.content)
    form = next(
        one for one in page.forms if one.get("data-edit-form") is not None or one.get("id") == "w-editor-form"
    )
    data: dict[str, str | list[str]] = {}
    for name in form.fields:
        field = form.inputs[name]
        if getattr(field, "type", "") in {"submit", "button"}:
            continue
        value = form.fields[name]
        if value is None:
            continue
        data[name] = (
            sorted(value)
            if isinstance(value, set | lxml.html.MultipleSelectOptions | lxml.html.CheckboxValues)
            else str(value)
        )
    return data
