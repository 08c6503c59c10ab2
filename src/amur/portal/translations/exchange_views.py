"""The pages of files for translators outside: choose items and take the file; give it back; or an engine."""

import io
import zipfile
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.formats.errors import FormatErrors
from amur.portal.languages.codes import LANGUAGES, OWN_NAMES, Language, as_language
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, offices_where
from amur.portal.runs import actions as runs
from amur.portal.translations import exchange, queries
from amur.portal.translations.engines import engine_of
from amur.portal.translations.following import NO_WORK
from amur.portal.translations.machine import NAME
from amur.portal.translations.models import Item, ItemState, WorkState
from amur.portal.translations.registry import Refusal, adapters
from amur.portal.translations.views import reach_or_refuse

MOST_ITEMS = 2_000
private = cache_control(private=True, no_store=True)


class ChoiceForm(forms.Form):
    """Which items, into which language."""

    language = forms.ChoiceField(label=_("Into"), choices=[(code, OWN_NAMES[code]) for code in LANGUAGES])
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all that needs work")), *((one.value, one.label) for one in queries.SHOWN)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", _("all")), *((key, one.label) for key, one in adapters().items())]

    def chosen(self, reach: queries.Reach) -> list[Item]:
        """The items that fit and that the person may translate, at most MOST_ITEMS."""
        given = self.cleaned_data
        states = ItemState.objects.filter(language=given["language"]).exclude(state=WorkState.SOURCE)
        wanted = {"state": given["state"]} if given["state"] else {"rank__lt": NO_WORK}
        states = states.filter(**wanted)
        items = queries.visible(reach).filter(pk__in=states.values("item"))
        if given["kind"]:
            items = items.filter(kind=given["kind"])
        found = items.order_by("kind", "title", "pk")[: MOST_ITEMS * 2]
        return [one for one in found if reach.may_write(one, given["language"])][:MOST_ITEMS]


class ExportForm(ChoiceForm):
    """The same, and the format."""

    format = forms.ChoiceField(label=_("Format"), choices=[("xliff", "XLIFF 2.0"), ("po", "PO (gettext)")])


class ImportForm(forms.Form):
    """A file that came back."""

    file = forms.FileField(label=_("File"), help_text=_("XLIFF 2.0, 2.1 or 1.2, or PO; at most 16 MiB"))
    publish = forms.BooleanField(label=_("Publish pages at once, where I may"), required=False)
    skip_refused = forms.BooleanField(
        label=_("Take the good parts even when others are refused"), required=False
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > exchange.LIMIT_BYTES:
            raise ValidationError(_("The file is larger than 16 MiB."))
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@private
def exchange_page(request: HttpRequest) -> HttpResponse:
    """Export, import, and the report of an import."""
    reach_or_refuse(request)
    if request.method != "POST":
        return _page(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    try:
        batch = exchange.read(given["file"].read(), given["file"].name[:200])
        report = exchange.import_batch(
            request.user, batch, publish=given["publish"], skip_refused=given["skip_refused"]
        )
    except FormatErrors as error:
        report = exchange.Report(refused=list(exchange.problems_in_words(error)))
    except Refusal as refusal:
        report = exchange.Report(refused=[exchange.Row(0, "", str(refusal))])
    return _page(request, form, report=report, status=200 if report.is_done else 422)


def _page(
    request: HttpRequest, form: ImportForm, *, report: exchange.Report | None = None, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "translations/files.html",
        {
            "export": ExportForm(),
            "form": form,
            "report": report,
            "engines": [office for office in _offices(request) if engine_of(office) is not None],
            "machine": ChoiceForm(prefix="machine"),
            "tab": "files",
        },
        status=status,
    )


@require_safe
@private
def export_view(request: HttpRequest) -> HttpResponse:
    """The file, or a ZIP archive of several when the sources are in several languages."""
    reach = reach_or_refuse(request)
    form = ExportForm(request.GET)
    if not form.is_valid():
        return redirect("translations-files")
    language, form_of = as_language(form.cleaned_data["language"]), form.cleaned_data["format"]
    files = exchange.export_items(form.chosen(reach), language, form_of)
    if not files:
        messages.warning(request, _("Nothing fits these filters."))
        return redirect("translations-files")
    name, data = next(iter(files.items()))
    kind = "application/xliff+xml" if form_of == "xliff" else "text/x-gettext-translation"
    if len(files) > 1:
        name, data, kind = f"translations-{language}.zip", _zipped(files), "application/zip"
    return HttpResponse(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _offices(request: HttpRequest) -> list[Office]:
    person: Any = request.user
    return list(offices_where(person, Verb.TRANSLATE, Subject.PAGES))


@require_POST
@private
def machine_view(request: HttpRequest) -> HttpResponse:
    """Start the engine of one's office on chosen items, as a run."""
    reach = reach_or_refuse(request)
    office = next((one for one in _offices(request) if one.key == request.POST.get("office")), None)
    if office is None or engine_of(office) is None:
        raise PermissionDenied
    form = ChoiceForm(request.POST, prefix="machine")
    if not form.is_valid() or not (items := form.chosen(reach)):
        messages.warning(request, _("Nothing fits these filters."))
        return redirect("translations-files")
    language: Language = as_language(form.cleaned_data["language"])
    person: Any = request.user
    run = runs.start(NAME, {"items": [one.pk for one in items], "language": language}, person, office)
    with translation.override(as_language(translation.get_language())):
        return redirect(reverse("run", kwargs={"uuid": run.uuid}))
