"""The form of a new run: areas, resistance raster, parameters, and changes of the landscape."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from amur.portal.areas.models import AreaKind
from amur.portal.areas.queries import Placed, placed_for
from amur.portal.connectivity import actions, computing, files, scenarios, synthetic, uploads, work
from amur.portal.connectivity.models import ResistanceRaster
from amur.portal.connectivity.queries import offices_for, rasters_of
from amur.portal.languages.codes import as_language
from amur.portal.languages.templatetags.amur import country
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.offices.models import Office, Person

SYNTHETIC: Final = "synthetic"
UPLOAD: Final = "upload"


class NewRunForm(forms.Form):
    """What a planner asks for. `parameters` has what a run takes once the form is valid."""

    use_required_attribute = True

    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office that owns the result"), empty_label=None
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    econet = forms.BooleanField(
        label=_("The whole EcoNet: all protected areas of the register with a known place"), required=False
    )
    areas = forms.MultipleChoiceField(
        label=_("Areas"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    raster = forms.ChoiceField(label=_("Resistance raster"), widget=forms.RadioSelect, choices=())
    file = forms.FileField(
        label=_("Own raster"),
        required=False,
        help_text=_("GeoTIFF or ASCII grid, up to 64 MiB and 4 million cells; values above 0"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(uploads.SUFFIXES)}),
    )
    crs = forms.CharField(
        label=_("Reference system of an ASCII grid"),
        required=False,
        max_length=400,
        help_text=_("Its EPSG code, such as EPSG:32652; a GeoTIFF names its own"),
    )
    neighbours = forms.TypedChoiceField(
        label=_("Neighbours of a cell"),
        coerce=int,
        initial=8,
        choices=((8, _("8: also across corners")), (4, _("4: across sides only"))),
    )
    average = forms.ChoiceField(
        label=_("Between two cells"),
        initial="resistance",
        choices=(
            ("resistance", _("mean of the resistances")),
            ("conductance", _("mean of the conductances")),
        ),
    )
    join = forms.IntegerField(
        label=_("Join cells"),
        initial=1,
        min_value=1,
        max_value=work.LARGEST_JOIN,
        help_text=_("1 keeps the cells of the raster; 2 makes one of 2 × 2, which is coarser and faster"),
    )
    change = forms.ChoiceField(
        label=_("Change of the landscape"),
        required=False,
        initial="",
        choices=(
            ("", _("none")),
            ("railway", _("a made-up railway across the plain (demonstration)")),
            ("drawing", _("my own drawing")),
        ),
    )
    scenario = forms.CharField(
        label=_("Name of the change"),
        required=False,
        max_length=200,
        help_text=_("Such as: with a railway, or with a new reserve"),
    )
    factor = forms.FloatField(
        label=_("Resistance is multiplied by"),
        required=False,
        min_value=1e-6,
        max_value=scenarios.LARGEST_FACTOR,
        initial=10,
        help_text=_("Above 1 hinders, as a railway does; below 1 helps, as a new reserve does"),
    )
    drawing = forms.CharField(
        label=_("Drawing"),
        required=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("GeoJSON in degrees: lines or polygons; a feature may have its own “factor”"),
    )

    def __init__(self, person: Person, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.language = person, as_language(language)
        offices = list(offices_for(person))
        self.fields["office"].queryset = offices_for(person)  # type: ignore[attr-defined]  # a ModelChoiceField
        self.placed = {area.key: area for office in offices for area in placed_for(office)}
        self.rasters = {str(one.uuid): one for one in rasters_of(offices)}
        self.fields["areas"].choices = self._area_choices()  # type: ignore[attr-defined]
        self.fields["raster"].choices = self._raster_choices()  # type: ignore[attr-defined]
        self.fields["raster"].initial = SYNTHETIC
        self.parameters: dict[str, Any] = {}

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """The areas by country: key, name, and whether each is chosen."""
        chosen = set(self["areas"].value() or ())
        found: dict[str, list[tuple[str, str, bool]]] = {}
        for area in self._in_order():
            place = " / ".join(country(code) for code in area.countries)
            found.setdefault(place, []).append((area.key, area.names.text(self.language), area.key in chosen))
        return sorted(found.items())

    def clean_office(self) -> Office:
        office: Office = self.cleaned_data["office"]
        return office

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        keys = self._keys(cleaned)
        changes = self._changes(cleaned)
        if self.errors:
            return cleaned
        raster = self._raster(cleaned)
        if raster is None:
            return cleaned
        self._require_overlap(cleaned, raster, keys)
        if not self.errors:
            self.parameters = {
                "raster": str(raster.uuid),
                "areas": keys,
                "changes": changes,
                "scenario": self._in_my_language(cleaned["scenario"] if changes else ""),
                **{name: cleaned[name] for name in ("neighbours", "average", "join")},
                "names": self._in_my_language(cleaned["title"]),
            }
        return cleaned

    def _in_my_language(self, words: str) -> dict[str, Any]:
        texts = {self.language: Translation(words, Status.REVIEWED)} if words else {}
        return MultilingualText(self.language, texts).to_json()

    def _keys(self, cleaned: dict[str, Any]) -> list[str]:
        keys = list(cleaned.get("areas") or ())
        if cleaned.get("econet"):
            keys += [area.key for area in self.placed.values() if area.kind == AreaKind.PROTECTED_AREA]
        keys = sorted(set(keys))
        if len(keys) < 2:
            self.add_error("areas", _("Choose at least two areas, or the whole EcoNet."))
        elif len(keys) > work.MOST_AREAS:
            self.add_error(
                "areas",
                forms.ValidationError(
                    _("%(count)s areas are chosen; at most %(most)s are possible."),
                    params={"count": len(keys), "most": work.MOST_AREAS},
                ),
            )
        return keys

    def _changes(self, cleaned: dict[str, Any]) -> list[dict[str, Any]]:
        kind = cleaned.get("change")
        if not kind:
            return []
        if not cleaned.get("scenario"):
            self.add_error("scenario", _("Give the change a name, so that results can be told apart."))
        if kind == "railway":
            return [{"factor": synthetic.RAILWAY_FACTOR, "geometry": synthetic.NEW_RAILWAY}]
        if not cleaned.get("drawing"):
            self.add_error("drawing", _("Put the drawing here, or choose no change."))
            return []
        try:
            return scenarios.parse(cleaned["drawing"], cleaned.get("factor"))
        except scenarios.WrongScenario as wrong:
            self.add_error("drawing", str(wrong))
            return []

    def _raster(self, cleaned: dict[str, Any]) -> ResistanceRaster | None:
        choice, office = cleaned["raster"], cleaned["office"]
        if choice == SYNTHETIC:
            return actions.synthetic_raster(office)
        if choice == UPLOAD:
            return self._uploaded(cleaned, office)
        row = self.rasters[choice]
        if row.office != office:
            self.add_error("raster", _("This raster belongs to another office than the result."))
            return None
        return row

    def _uploaded(self, cleaned: dict[str, Any], office: Office) -> ResistanceRaster | None:
        file = cleaned.get("file")
        if not file:
            self.add_error("file", _("Choose a file, or another raster above."))
            return None
        try:
            raster = uploads.receive(file.name, file.chunks(), cleaned.get("crs") or "")
        except uploads.WrongRaster as wrong:
            self.add_error("file", str(wrong))
            return None
        return actions.take_raster(raster, file.name, office)

    def _require_overlap(self, cleaned: dict[str, Any], row: ResistanceRaster, keys: list[str]) -> None:
        try:
            raster = computing.joined(files.read(row.sha256), cleaned["join"])
        except ValueError:
            self.add_error("join", _("The raster has fewer rows or columns than that."))
            return
        placement = computing.place(raster, [self.placed[key] for key in keys])
        if len(placement.nodes) >= 2:
            return
        outside = [area for area, reason in placement.left_out if reason == computing.OUTSIDE]
        self.add_error(
            "areas",
            forms.ValidationError(
                _(
                    "Fewer than two of the chosen areas lie on cells of the raster with data: "
                    "%(outside)s of %(all)s lie outside it, for example %(name)s."
                ),
                params={
                    "outside": len(outside),
                    "all": len(keys),
                    "name": placement.left_out[0][0].names.text(self.language),
                },
            ),
        )

    def _area_choices(self) -> list[tuple[str, str]]:
        return [(area.key, area.names.text(self.language)) for area in self._in_order()]

    def _in_order(self) -> list[Placed]:
        return sorted(self.placed.values(), key=lambda area: area.names.text(self.language).casefold())

    def _raster_choices(self) -> list[tuple[str, Any]]:
        own = [
            (uuid, f"{row.name} ({row.rows} × {row.columns})")
            for uuid, row in self.rasters.items()
            if not row.is_synthetic
        ]
        return [
            (
                SYNTHETIC,
                _("the synthetic landscape of the basin, made up: for trying out only"),
            ),
            *own,
            (UPLOAD, _("my own raster, from a file")),
        ]
