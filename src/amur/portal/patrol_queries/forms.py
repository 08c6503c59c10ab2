"""The forms of the room: a question with its filters, the name under which it is saved, hot spots."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amur.portal.areas.queries import Placed
from amur.portal.offices.models import Office
from amur.portal.patrol_queries import wordings
from amur.portal.patrol_queries.asking import CELLS_M, GROUPS, LONGEST, Question, Wrong
from amur.portal.patrol_queries.hotspot_asking import HotspotQuestion
from amur.portal.patrol_queries.queries import Choices


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class QuestionForm(forms.Form):
    """A question as an address asks it; `asked` is the question, once the form is valid."""

    measure = forms.ChoiceField(label=_("Measure"))
    attribute = forms.ChoiceField(label=_("Attribute"), required=False)
    by = forms.ChoiceField(label=_("By"), required=False)
    start = forms.DateField(label=_("From"), required=False, widget=_day())
    end = forms.DateField(label=_("To"), required=False, widget=_day())
    office = forms.ChoiceField(label=_("Office"), required=False)
    kind = forms.ChoiceField(label=_("Type"), required=False)
    mandate = forms.ChoiceField(label=_("Mandate"), required=False)
    station = forms.ChoiceField(label=_("Station"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    transport = forms.ChoiceField(label=_("Transport"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    cell = forms.ChoiceField(label=_("Cells"), required=False)
    map = forms.BooleanField(label=_("With a map of the effort"), required=False)

    def __init__(self, choices: Choices, areas: list[Placed], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: Question | None = None
        every = [("", _("all"))]
        offered: dict[str, list[Any]] = {
            "measure": wordings.measure_choices(),
            "attribute": [("", "–"), *choices.attributes],
            "by": [("", _("no groups")), *((key, wordings.GROUP_NAMES[key]) for key in GROUPS)],
            "office": [*every, *((one.key, str(one)) for one in choices.offices)],
            "kind": [*every, *((one, one) for one in choices.kinds)],
            "category": [*every, *choices.categories],
            "area": [*every, *((one.key, str(one.names)) for one in areas)],
            "cell": [(str(width), wordings.cell_width(width)) for width in CELLS_M],
            **{name: [*every, *((word, word) for word in words)] for name, words in choices.words.items()},
        }
        for name, values in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = values
        self.fields["cell"].initial = "1000"
        self.fields["measure"].initial = "distance"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            try:
                self.asked = Question.of(given)
            except Wrong as wrong:
                for name, problem in wrong.problems.items():
                    self.add_error(name, str(problem))
        return given


class HotspotForm(forms.Form):
    """Hot spots as an address or a request asks for them; `asked` is the question, once the form is valid."""

    office = forms.ChoiceField(label=_("Office"))
    category = forms.ChoiceField(label=_("Category"), required=False)
    start = forms.DateField(label=_("From"), required=False, widget=_day())
    end = forms.DateField(label=_("To"), required=False, widget=_day())
    cell = forms.ChoiceField(label=_("Cells"), required=False)
    factor = forms.CharField(
        label=_("How many times the overall rate"),
        initial="2",
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    area = forms.ChoiceField(label=_("Area"), required=False)

    def __init__(self, choices: Choices, areas: list[Placed], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: HotspotQuestion | None = None
        offered: dict[str, list[Any]] = {
            "office": [(one.key, str(one)) for one in choices.offices],
            "category": [("", _("all")), *choices.categories],
            "cell": [(str(width), wordings.cell_width(width)) for width in CELLS_M],
            "area": [("", _("wherever somebody was")), *((one.key, str(one.names)) for one in areas)],
        }
        for name, values in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = values
        self.fields["cell"].initial = "1000"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            try:
                self.asked = HotspotQuestion.of(given)
            except Wrong as wrong:
                for name, problem in wrong.problems.items():
                    self.add_error(name, str(problem))
        return given


class SaveForm(forms.Form):
    """The name of a saved question, the office that it speaks of, and who sees it."""

    name = forms.CharField(label=_("Name"), max_length=120)
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), empty_label=None)
    is_shared = forms.BooleanField(label=_("Shared with the office"), required=False)
    is_monthly = forms.BooleanField(label=_("Answered each month"), required=False)
    question = forms.CharField(widget=forms.HiddenInput, max_length=16 * LONGEST)

    def __init__(self, offices: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = offices
