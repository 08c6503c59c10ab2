"""Views of the editing pages that show a person only the rows that the person may see.

A row that may not be seen answers 404, just as one that does not exist. A row that may be seen but not
changed has its inspection page; asking for its form leads back to the first page with a message.
"""

from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView, InspectView, UsageView
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from amur.portal.audit.queries import offices_to_read
from amur.portal.editing.forms import OfficeForm, policy_of
from amur.portal.editing.words import in_words
from amur.portal.languages.codes import as_language
from amur.portal.languages.numbers import number
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.policies import OfficePermissionPolicy


class NumberColumn(Column):
    """A number as the editor's language writes it; nothing for an unknown one."""

    def get_value(self, instance: Any) -> str:
        value = super().get_value(instance)
        return "" if value is None else number(value, as_language(get_language()))


PUBLISHED = BooleanColumn("is_published", label=_("Published"), sort_key="is_published")
SEEN_BY = ("view", "add", "change", "delete")


class Rows:
    """What all views of one viewset share: the policy and the rows that the person may see."""

    model: Any
    request: Any
    policy: OfficePermissionPolicy | None = None

    @cached_property
    def permission_policy(self) -> OfficePermissionPolicy:
        return self.policy or policy_of(self.model)

    def visible(self) -> "QuerySet[Any]":
        return self.permission_policy.instances_user_has_any_permission_for(self.request.user, SEEN_BY)


class OneRow(Rows):
    """A view of one row; `needs` is the action that the row itself must allow."""

    needs: ClassVar[str] = "view"
    kwargs: dict[str, Any]

    def get_object(self, queryset: Any = None) -> Any:
        known = getattr(self, "object", None)
        if known is not None:
            return known
        row = get_object_or_404(self.visible(), pk=unquote(str(self.kwargs["pk"])))
        if not self.permission_policy.user_has_permission_for_instance(self.request.user, self.needs, row):
            raise PermissionDenied
        return row


class OfficeIndexView(Rows, IndexView):
    """The list, searched by key and by the names in all four languages."""

    def get_base_queryset(self) -> "QuerySet[Any]":
        return self.visible()

    def search_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        # In Python, because SQLite folds the case of Latin letters only.
        words = str(self.search_query or "").casefold().split()
        if not words:
            return queryset
        found = [row.pk for row in queryset if _holds(row, self.search_fields or (), words)]
        return queryset.filter(pk__in=found)

    def get_edit_url(self, instance: Any) -> str | None:
        url: str | None = super().get_edit_url(instance)
        return url if self._may("change", instance) else None

    def get_delete_url(self, instance: Any) -> str | None:
        url: str | None = super().get_delete_url(instance)
        return url if self._may("delete", instance) else None

    def _may(self, action: str, instance: Any) -> bool:
        return self.permission_policy.user_has_permission_for_instance(self.request.user, action, instance)


class OfficeCreateView(Rows, CreateView):
    """The form of a new row."""


class OfficeEditView(OneRow, EditView):
    """The form of a row; of two people who save it at once, the later one sees the conflict."""

    needs = "change"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():  # comparing and saving are one step
            answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    @cached_property
    def can_delete(self) -> bool:
        return self.permission_policy.user_has_permission_for_instance(
            self.request.user, "delete", self.object
        )


class OfficeDeleteView(OneRow, DeleteView):
    """Asks before deleting. A row that others need stays, and the person is told which ones need it."""

    needs = "delete"

    def form_valid(self, form: Any) -> Any:
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except ProtectedError as error:
            kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
            problem = _("“%(row)s” cannot be deleted: it still has %(kinds)s.")
            messages.error(self.request, problem % {"row": self.object, "kinds": ", ".join(kinds)})
            return redirect(self.get_success_url())


class OfficeInspectView(OneRow, InspectView):
    """A row to read, for those who may see but not change it, with words instead of stored structures."""

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, MultilingualText | dict | list):
            value = in_words(value)
        return "–" if value is None or value == "" else value

    def get_edit_url(self) -> str | None:
        return self._url(self.edit_url_name, "change")

    def get_delete_url(self) -> str | None:
        return self._url(self.delete_url_name, "delete")

    def _url(self, name: str | None, action: str) -> str | None:
        allowed = self.permission_policy.user_has_permission_for_instance(
            self.request.user, action, self.object
        )
        return reverse(name, args=(quote(self.object.pk),)) if name and allowed else None


class OfficeHistoryView(OneRow, HistoryView):
    """Who changed the row and when."""

    any_permission_required: ClassVar[list[str]] = list(SEEN_BY)

    @cached_property
    def header_buttons(self) -> list[Any]:
        """A way to the full log of the row, for those who may read it."""
        uuid = getattr(self.object, "uuid", None)
        if uuid is None or not offices_to_read(self.request.user):
            return list(super().header_buttons)
        log = f"{reverse('audit_log')}?{urlencode({'object_uuid': uuid})}"
        return [*super().header_buttons, HeaderButton(_("Audit log"), url=log, icon_name="history")]


class OfficeUsageView(OneRow, UsageView):
    """Where the row is used."""


class OfficeViewSet(ModelViewSet):
    """The editing pages of a model whose rows belong to offices.

    A subclass states model, panels and `form`; `policy` only where the model's registered one is not meant.
    """

    index_view_class = OfficeIndexView
    add_view_class = OfficeCreateView
    edit_view_class = OfficeEditView
    delete_view_class = OfficeDeleteView
    inspect_view_class = OfficeInspectView
    history_view_class = OfficeHistoryView
    usage_view_class = OfficeUsageView
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields_exclude: ClassVar[list[str]] = ["id"]
    add_to_reference_index = False
    list_per_page = 50
    search_backend_name = None
    search_fields: ClassVar[Iterable[str]] = ("key", "names")
    form: ClassVar[type[OfficeForm]] = OfficeForm
    policy: OfficePermissionPolicy | None = None

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        return {**found, "policy": self.policy}

    def get_edit_handler(self) -> Any:
        return ObjectList(list(self.panels), base_form_class=self.form).bind_to_model(self.model)

    @cached_property
    def menu_item_class(self) -> Any:
        shown: OfficePermissionPolicy = self.policy or policy_of(self.model)
        base = super().menu_item_class

        def is_shown(_self: Any, request: Any) -> bool:
            allowed: bool = shown.user_has_any_permission(request.user, SEEN_BY)
            return allowed

        return type(f"{self.model.__name__}MenuItem", (base,), {"is_shown": is_shown})

    @cached_property
    def menu_label(self) -> str:
        label: str = capfirst(self.model_opts.verbose_name_plural)
        return label  # lazy: said in each reader's language


def _holds(row: Any, fields: Iterable[str], words: list[str]) -> bool:
    values = (getattr(row, name) for name in fields)
    text = " ".join(
        " ".join(one.text for one in value.texts.values())
        if isinstance(value, MultilingualText)
        else str(value)
        for value in values
    ).casefold()
    return all(word in text for word in words)
