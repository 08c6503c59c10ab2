"""Template filters for released records: their address, and what the gate says of what it keeps back."""

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amur.portal.languages.codes import as_language
from amur.portal.release.fragments import kept
from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import released, slug_in

register = template.Library()


@register.filter
def slug(row: Released) -> str:
    """The record's slug for a reader of the active language."""
    return slug_in(row, as_language(get_language()))


@register.filter
def said(row: Released) -> list[str]:
    """What the gate says of what it made coarser or keeps back, in the active language."""
    texts, office = _texts(), _office(row)
    return [
        texts.get(_code(one), one["english"]) % {**one["parameters"], "office": office}
        for one in [*row.generalizations, *row.withheld]
        if one["statement"] != "fields-left-out"
    ]


def _code(said: dict[str, Any]) -> str:
    level = said["parameters"].get("level")
    return f"{said['statement']}-{level}" if level else str(said["statement"])


def _office(row: Released) -> str:
    key = str(row.fields.get("office", ""))
    office = _offices().get(key)
    return office.names.text(as_language(get_language())) if office else key


@remembered
def _offices() -> dict[str, Released]:
    return {office.key: office for office in released("office")}


def _texts() -> dict[str, str]:
    return {
        "place-cell": _(
            "The place is the centre of a cell of %(step)s° of a fixed grid; "
            "the office %(office)s holds a finer one."
        ),
        "place-unit": _("An area is named instead of the place; the office %(office)s holds a finer place."),
        "uncertainty-assumed": _("How exact the place is was not recorded; %(metres)s m was assumed."),
        "uncertainty-banded": _("How exact the place is was rounded up to %(metres)s m."),
        "time-coarse-year": _("Of the date only the year is given; the office %(office)s holds a finer one."),
        "time-coarse-month": _(
            "Of the date only the month is given; the office %(office)s holds a finer one."
        ),
        "record-withheld": _("The record is withheld. Ask the office %(office)s."),
        "place-withheld": _("The place is withheld because it is sensitive. Ask the office %(office)s."),
        "geometry-withheld": _(
            "Lines and areas are withheld because they are sensitive. Ask the office %(office)s."
        ),
        "time-withheld": _("The date is withheld. Ask the office %(office)s."),
        "field-withheld": _("Withheld. Ask the office %(office)s."),
        "text-with-coordinates": _("Withheld because the text names coordinates. Ask the office %(office)s."),
    }


class Keep(template.Node):
    """The node of `{% keep name argument... %}`."""

    def __init__(self, name: str, arguments: list[FilterExpression], nodes: NodeList) -> None:
        self.name, self.arguments, self.nodes = name, arguments, nodes

    def render(self, context: Any) -> str:
        if getattr(context.get("request"), "is_preview", False):  # shows what is not yet released
            return self.nodes.render(context)
        key = (self.name, get_language(), *(str(one.resolve(context)) for one in self.arguments))
        return kept(key, lambda: self.nodes.render(context))


@register.tag
def keep(parser: Parser, token: Token) -> Keep:
    """Render a part once for each generation, language and arguments.

    {% keep row area.uuid %}…{% endkeep %}
    """
    _tag, name, *arguments = token.split_contents()
    nodes = parser.parse(("endkeep",))
    parser.delete_first_token()
    return Keep(name, [parser.compile_filter(one) for one in arguments], nodes)
