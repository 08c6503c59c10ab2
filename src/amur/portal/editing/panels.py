"""Panels of the editing pages that Wagtail lacks."""

from typing import Any

from wagtail.admin.panels import InlinePanel
from wagtail.admin.panels.base import get_form_for_model


class RowsPanel(InlinePanel):
    """Rows below a record, each edited by a form class of our own."""

    def __init__(
        self, relation_name: str, panels: list[Any] | None = None, *args: Any, **kwargs: Any
    ) -> None:
        self.form = kwargs.pop("form")
        super().__init__(relation_name, panels, *args, **kwargs)

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "form": self.form}

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        child = self.child_edit_handler.get_form_options()
        options["formsets"][self.relation_name]["form"] = get_form_for_model(
            self.db_field.related_model,
            form_class=self.form,
            defer_required_on_fields=child.get("defer_required_on_fields", []),
        )
        return options
