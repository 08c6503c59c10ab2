"""The form of an import: whose areas, which file, and in which datum its coordinates are."""

from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amur.portal.areas.exchange import store
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, offices_where

MEBIBYTE = 1 << 20


class ImportForm(forms.Form):
    """A file in the WDPCA schema. GCJ-02 and other datums cannot be recognised, so a person has to say."""

    use_required_attribute = True

    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office that owns the areas"), empty_label=None
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("GeoPackage, zipped Shapefile, GeoJSON or CSV, up to 64 MiB and 5,000 areas"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(sorted(store.SUFFIXES))}),
    )
    datum = forms.ChoiceField(
        label=_("Datum of the coordinates"),
        choices=(
            ("wgs84", _("WGS 84 (as GPS receivers and the world database have it)")),
            ("other", _("another one, such as GCJ-02, BD-09, Pulkovo 1942, or not known")),
        ),
        widget=forms.RadioSelect,
    )
    encoding = forms.ChoiceField(
        label=_("Encoding of the letters"),
        required=False,
        choices=(
            ("", _("as the file says, else UTF-8")),
            ("utf-8", "UTF-8"),
            ("windows-1251", "windows-1251"),
            ("gb18030", "GB 18030"),
        ),
        help_text=_("Only for CSV and Shapefile whose letters come out wrong"),
    )
    layer = forms.CharField(
        label=_("Layer"),
        required=False,
        max_length=200,
        help_text=_("Only for a GeoPackage with several layers"),
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        field.queryset = offices_for(person)  # type: ignore[attr-defined]  # it is the ModelChoiceField above

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if Path(file.name).suffix.casefold() not in store.SUFFIXES:
            raise forms.ValidationError(
                _("“%(name)s” is of no format that is read here; its name ends with one of: %(known)s"),
                params={"name": file.name, "known": ", ".join(sorted(store.SUFFIXES))},
            )
        if file.size > store.LIMIT_BYTES:
            raise forms.ValidationError(
                _("The file has %(size)s MiB, more than %(limit)s. Split it into several files."),
                params={"size": file.size // MEBIBYTE, "limit": store.LIMIT_BYTES // MEBIBYTE},
            )
        return file

    def clean_datum(self) -> str:
        datum: str = self.cleaned_data["datum"]
        if datum != "wgs84":
            raise forms.ValidationError(
                _(
                    "Only WGS 84 is taken. Coordinates in GCJ-02 or BD-09 lie up to hundreds of metres "
                    "aside, and nothing in the file shows it. Transform the file in a GIS, and give it again."
                )
            )
        return datum


def offices_for(person: Person) -> Any:
    """The offices whose areas the person may add and change."""
    may_add = offices_where(person, Verb.ADD, Subject.REGISTER)
    changeable = {office.pk for office in offices_where(person, Verb.CHANGE, Subject.REGISTER)}
    return may_add.filter(pk__in=changeable)
