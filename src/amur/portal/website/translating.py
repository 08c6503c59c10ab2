"""Copying a page into another language tree for its translators, within one's own offices only."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.contrib.simple_translation.views import SubmitPageTranslationView
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from amur.portal.website.models import HomePage


class TranslatePageView(SubmitPageTranslationView):
    """Wagtail's form with the languages that the person keeps; any published page may be the source."""

    def get_object(self) -> Any:
        page = get_object_or_404(Page, id=self.kwargs["page_id"]).specific
        if page.is_root():
            raise Http404
        if not (page.live or page.permissions_for_user(self.request.user).can_edit()):
            raise PermissionDenied
        return page

    def get_form(self) -> Any:
        form = super().get_form()
        trees = page_permission_policy.instances_user_has_permission_for(self.request.user, "add")
        kept = HomePage.objects.filter(pk__in=trees.values("pk")).values("locale")
        form.fields["locales"].queryset = form.fields["locales"].queryset.filter(pk__in=kept)
        return form
