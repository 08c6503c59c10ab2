"""The forms of files: upload, description, and the short upload inside the chooser."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from amur.formats.media.problems import MediaProblem
from amur.portal.editing.forms import OfficeForm
from amur.portal.languages.forms import MultilingualFormField
from amur.portal.media.actions import ask_for_copies, describe, examine, store_file, stored
from amur.portal.media.models import MediaFile
from amur.portal.media.wordings import in_words
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, offices_where


class MediaForm(OfficeForm):
    """A file with its texts. A new one is uploaded; afterwards its content stays as it is."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "JPEG, PNG, WebP, GIF, HEIC; PDF; MP4, MOV; M4A, MP3. What it is, is read from its content."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("file", None)
        else:
            self.fields.pop("key", None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk or "file" not in cleaned or self.errors:
            return cleaned
        office = cleaned.get("office") or self.instance.office
        try:
            examined = examine(cleaned["file"])
        except MediaProblem as problem:
            raise ValidationError({"file": in_words(problem)}) from problem
        known = stored(office, examined)
        if known is not None:
            raise ValidationError({"file": is_known(known)})
        describe(self.instance, examined)
        return cleaned

    def save(self, commit: bool = True) -> MediaFile:
        is_new = self.instance.pk is None
        file: MediaFile = super().save(commit=commit)
        if is_new and file.pk:
            ask_for_copies(file, self.for_user)
        return file


def is_known(file: MediaFile) -> str:
    """The sentence for a file that the office has already."""
    return _("Your office has this file already: “%(name)s”, key %(key)s. Edit that one.") % {
        "name": file,
        "key": file.key,
    }


class ChooserUploadForm(forms.Form):
    """The upload inside the chooser: file, text and author; the rest is added on its own page."""

    stored: MediaFile

    file = forms.FileField(label=_("File"))
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), required=False)
    alt = MultilingualFormField(
        label=_("Text instead of the picture"),
        required=False,
        help_text=_("What the picture shows, for those who cannot see it."),
    )
    credit = MultilingualFormField(
        label=_("credit"), required=False, help_text=_("Who made it, as it should stand beside it.")
    )
    is_published = forms.BooleanField(label=_("Published"), required=False)

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.for_user = for_user
        offices = offices_where(for_user, Verb.ADD, Subject.MEDIA)
        choice = self.fields["office"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101  # stated above
        choice.queryset = offices
        self.only = offices[0] if len(offices[:2]) == 1 else None
        if self.only is not None:
            del self.fields["office"]
        else:
            choice.required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        office = self.only or cleaned.get("office")
        if self.errors or office is None:
            return cleaned
        try:
            self.stored, _is_new = store_file(
                office,
                cleaned["file"],
                person=self.for_user,
                alt=cleaned["alt"],
                credit=cleaned["credit"],
                is_published=cleaned["is_published"],
            )
        except MediaProblem as problem:
            raise ValidationError({"file": in_words(problem)}) from problem
        return cleaned

    def save(self) -> MediaFile:
        """The stored file; the same file twice is the one that was there."""
        return self.stored
