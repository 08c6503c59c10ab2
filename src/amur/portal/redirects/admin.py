"""Old addresses in the offices' editing pages: the table, its import and its export."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from amur.portal.editing.viewsets import OfficeIndexView, OfficeViewSet
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, offices_where
from amur.portal.redirects.exchange import export_csv, import_csv
from amur.portal.redirects.models import OldAddress

MEBIBYTE = 1 << 20


class ImportForm(forms.Form):
    """Whose addresses, and the table."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), empty_label=None)
    file = forms.FileField(
        label=_("File"), help_text=_("CSV in UTF-8 with the columns old,new; at most 4 MiB")
    )

    def __init__(self, person: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["office"]
        field.queryset = offices_where(person, Verb.ADD, Subject.REDIRECTS)

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file.size > 4 * MEBIBYTE:
            raise ValidationError(_("The file is larger than 4 MiB."))
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is not in UTF-8; save it as “CSV UTF-8”.")) from error
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("office") and "file" in cleaned:
            try:
                self.report = import_csv(cleaned["file"], cleaned["office"])
            except ValidationError as error:
                self.add_error("file", error)
        return cleaned


class AddressIndexView(OfficeIndexView):
    """The list, with the ways to import and export."""

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().annotate(requests=Sum("hits__count"))

    @cached_property
    def header_buttons(self) -> list[Any]:
        more = [HeaderButton(_("Export as CSV"), url=reverse("old-addresses-export"), icon_name="download")]
        if offices_where(self.request.user, Verb.ADD, Subject.REDIRECTS).exists():
            more.append(HeaderButton(_("Import"), url=reverse("old-addresses-import"), icon_name="upload"))
        return [*super().header_buttons, *more]


class AddressViewSet(OfficeViewSet):
    model = OldAddress
    index_view_class = AddressIndexView
    icon = "redirect"
    name = "old-addresses"
    url_prefix = "old-addresses"
    menu_order = 310
    add_to_admin_menu = True
    search_fields = ("pattern", "target")
    list_display: ClassVar[list[Any]] = [
        "__str__",
        "target",
        "office",
        Column("requests", label=_("Requests")),
    ]
    panels: ClassVar[list[Any]] = [FieldPanel("office"), FieldPanel("pattern"), FieldPanel("target")]


def import_view(request: HttpRequest) -> HttpResponse:
    """The form of an import; wrong rows are listed and nothing is changed."""
    if not offices_where(request.user, Verb.ADD, Subject.REDIRECTS).exists():
        raise PermissionDenied
    form = ImportForm(request.user, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        done = form.report
        messages.success(
            request,
            gettext("Old addresses: %(added)s added, %(changed)s changed, %(same)s as they were.")
            % {"added": done.added, "changed": done.changed, "same": done.same},
        )
        return redirect("old-addresses:index")
    return render(request, "redirects/import.html", {"form": form})


def export_view(request: HttpRequest) -> HttpResponse:
    """The addresses that the person may see, as CSV."""
    offices = offices_where(request.user, Verb.VIEW, Subject.REDIRECTS)
    if not offices.exists():
        raise PermissionDenied
    return HttpResponse(
        export_csv(OldAddress.objects.filter(office__in=offices)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="old-addresses.csv"',
            "Cache-Control": "private, no-store",
        },
    )


URLS = [
    path("old-addresses/import/", import_view, name="old-addresses-import"),
    path("old-addresses/export.csv", export_view, name="old-addresses-export"),
]
