"""Saving in the page editor: one save of a page at a time, so that the later one sees the earlier one.

`page_forms.PageForm` compares the revision that was opened with the newest one; here both happen under one
lock. Registered in `wagtail_hooks` in the place of Wagtail's own view.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from wagtail.admin.views.pages.edit import EditView
from wagtail.models import Page


def lock_versions(translation_key: UUID | None) -> None:
    """Lock a page in all its languages, in one order: a change of the source changes its translations, too.

    On SQLite the transaction itself is the lock.
    """
    rows = Page.objects.select_for_update().filter(translation_key=translation_key).order_by("pk")
    list(rows.values_list("pk"))


class EditPageView(EditView):
    """Wagtail's page editor."""

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            key = Page.objects.filter(pk=self.kwargs["page_id"]).values_list("translation_key", flat=True)
            lock_versions(key.first())
            return super().post(request, *args, **kwargs)
