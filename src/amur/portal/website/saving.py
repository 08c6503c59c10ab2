"""Saving in the page editor: one save of a page at a time, so that the later one sees the earlier one.

`page_forms.PageForm` compares the revision that was opened with the newest one; here both happen under one
lock. Registered in `wagtail_hooks` in the place of Wagtail's own view.
"""

from typing import Any

from django.db import transaction
from wagtail.admin.views.pages.edit import EditView
from wagtail.models import Page


class EditPageView(EditView):
    """Wagtail's page editor."""

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            # On SQLite the transaction itself is the lock.
            Page.objects.select_for_update().filter(pk=self.kwargs["page_id"]).values_list("pk").first()
            return super().post(request, *args, **kwargs)
