"""The editing view of a page: of two editors who save it at once, the later one sees the conflict.

Wagtail refuses a stale copy only where it saves by itself; whoever presses the button there overwrites.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.formats import localize
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.pages.edit import EditView
from wagtail.models import Page


def lock_versions(translation_key: UUID | None) -> None:
    """Lock a page in all its languages, in one order: a change of the source changes its translations, too.

    On SQLite the transaction itself is the lock.
    """
    rows = Page.objects.select_for_update().filter(translation_key=translation_key).order_by("pk")
    list(rows.values_list("pk"))


class PageEditView(EditView):
    """Wagtail's view; comparing with the latest revision and saving are one step."""

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            if request.method == "POST":
                lock_versions(get_object_or_404(Page, pk=page_id).translation_key)
            answer: HttpResponse = super().dispatch(request, page_id, **kwargs)
        return answer

    @cached_property
    def is_out_of_date(self) -> bool:
        sent = self.request.POST
        if self.latest_revision and not (sent.get("loaded_revision_id") or sent.get("overwrite_revision_id")):
            return True  # the page had no revision when this editor opened it
        return bool(super().is_out_of_date)

    def form_valid(self, form: Any) -> HttpResponse:
        if self.is_out_of_date:
            form.add_error(None, self._conflict())
        answer: HttpResponse = self.form_invalid(form) if form.errors else super().form_valid(form)
        return answer

    def _conflict(self) -> str:
        who = self.latest_revision.user
        return _(
            "%(person)s saved this page at %(time)s, after you had opened it; your text below is not saved. "
            "Compare it with theirs in the history, then save again to put yours in its place."
        ) % {
            "person": (who.get_full_name() or who.get_username()) if who else _("Somebody"),
            "time": localize(localtime(self.latest_revision.created_at)),
        }


edit_page = never_cache(require_admin_access(PageEditView.as_view()))
