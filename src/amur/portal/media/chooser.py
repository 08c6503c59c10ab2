"""The window in which an editor chooses a file, or uploads one. `MediaChooser` is its form widget.

A foreign key to `media.MediaFile` gets this widget by itself in every `FieldPanel`.
"""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet

from amur.portal.media.models import Kind, MediaFile
from amur.portal.media.queries import choosable


class FilterForm(BaseFilterForm):
    """Narrows the list by words and by kind."""

    q = forms.CharField(label=_("Search"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *Kind.choices])

    def filter(self, objects: Any) -> Any:
        objects = super().filter(objects)
        if kind := self.cleaned_data.get("kind"):
            objects = objects.filter(kind=kind)
        words = str(self.cleaned_data.get("q") or "").casefold().split()
        self.is_searching, self.search_query = bool(words), " ".join(words)
        if not words:
            return objects
        # In Python, because SQLite folds the case of Latin letters only.
        return objects.filter(pk__in=[one.pk for one in objects if _holds(one, words)])


def _holds(file: MediaFile, words: list[str]) -> bool:
    texts = [one.text for text in (file.alt, file.caption, file.credit) for one in text.texts.values()]
    found = " ".join((file.key, file.name, *texts)).casefold()
    return all(word in found for word in words)


class Choosable:
    """Offers only what the person may choose."""

    request: Any
    filter_form_class = FilterForm

    def get_object_list(self) -> "QuerySet[MediaFile]":
        return choosable(self.request.user)

    @property
    def columns(self) -> list[Column]:
        return [
            Column("preview", label=_("Preview"), accessor=thumbnail, width="90px"),
            self.title_column,  # type: ignore[attr-defined]  # of Wagtail's view
            Column("kind", label=_("Kind"), accessor="get_kind_display"),
            Column("office", label=_("Office"), accessor="office"),
        ]


def thumbnail(file: MediaFile) -> str:
    """A small picture for lists of the editing pages."""
    from amur.portal.media.showing import thumbnail as shown

    return shown(file)


class ChooseView(Choosable, views.ChooseView):
    """The window."""


class ChooseResultsView(Choosable, views.ChooseResultsView):
    """The list inside it."""


class Chosen:
    """A file that may not be chosen answers as one that is not there."""

    request: Any

    def get_object(self, pk: Any) -> MediaFile:
        found = choosable(self.request.user).filter(pk=pk).first() if str(pk).isdecimal() else None
        if found is None:
            raise Http404
        return found


class ChosenView(Chosen, views.ChosenView):
    """One file was chosen."""


class ChosenMultipleView(views.ChosenMultipleView):
    """Several files were chosen."""

    def get_objects(self, pks: Any) -> Any:
        return choosable(self.request.user).filter(pk__in=[pk for pk in pks if str(pk).isdecimal()])


class CreateView(views.CreateView):
    """A file was uploaded from inside the window."""

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_creation_form_kwargs(), "for_user": self.request.user}


class ChooseWithUpload(ChooseView):
    """The window with its tab for uploading."""

    def get_creation_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_creation_form_kwargs(), "for_user": self.request.user}


class MediaChooserViewSet(ChooserViewSet):
    model = MediaFile
    icon = "image"
    choose_one_text = _("Choose a file")
    choose_another_text = _("Choose another file")
    edit_item_text = _("Edit this file")
    creation_tab_label = _("Upload")
    create_action_label = _("Upload")
    creation_form_class = "amur.portal.media.forms.ChooserUploadForm"
    choose_view_class = ChooseWithUpload
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    create_view_class = CreateView
    per_page = 20
    preserve_url_parameters: ClassVar[list[str]] = ["multiple"]


chooser = MediaChooserViewSet("media_chooser", url_prefix="media/chooser")
MediaChooser = chooser.widget_class
