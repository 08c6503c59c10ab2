"""Hot spots as the page and the file tell them: rates for 100 km, cells by name, what is missing in words."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amur.portal.languages.codes import Language
from amur.portal.languages.numbers import number, significant
from amur.portal.patrol_queries import drawing, hotspot_drawing, hotspots
from amur.portal.patrol_queries.answering import Line
from amur.portal.patrol_queries.cells import LISTED, middles
from amur.portal.patrol_queries.hotspot_trend import FEWEST_DAYS, FEWEST_FINDS, FEWEST_PATROLS, Development
from amur.portal.patrol_queries.hotspots import FEWEST_CELLS, Amounts, Cells, Found
from amur.portal.patrols import measure_words

FOR: Final = 100.0
"""Kilometres that rates are told for."""
LACKS: Final[Mapping[str, str | Promise]] = {
    "": "",
    "way": gettext_lazy(
        "No way of a patrol is known here, so that nobody can say how many finds there are for the"
        " effort. Choose a longer period, or import patrols with their tracks."
    ),
    "too-many": gettext_lazy("That makes too many cells; choose larger ones."),
    "nothing": gettext_lazy(
        "Nothing was found on %(kilometres)s km, so that no place has more than another. That does not"
        " say that there is nothing: up to %(upper)s finds for 100 km would be no surprise (95 %% limit)."
    ),
    "cells": gettext_lazy(
        "Somebody was in %(visited)s cells only; at least %(cells)s are needed. Choose smaller cells, a"
        " longer period or a larger area."
    ),
    "finds": gettext_lazy(
        "There are %(finds)s finds in cells only; at least %(fewest)s are needed. Choose a longer period"
        " or a category that holds more."
    ),
}


def left_out(amounts: Amounts) -> list[str]:
    """What the cells leave out, each in words."""
    days, nowhere = amounts.days_without_way, amounts.finds_without_place
    without, elsewhere = amounts.finds_without_way, amounts.finds_elsewhere
    told = [
        ngettext(
            "%(count)s day of a leg whose way is unknown", "%(count)s days of legs whose way is unknown", days
        )
        % {"count": days},
        ngettext("%(count)s find without a place", "%(count)s finds without a place", nowhere)
        % {"count": nowhere},
        ngettext(
            "%(count)s find on a day whose way is unknown",
            "%(count)s finds on days whose way is unknown",
            without,
        )
        % {"count": without},
        ngettext(
            "%(count)s find in a cell that no known way touches",
            "%(count)s finds in cells that no known way touches",
            elsewhere,
        )
        % {"count": elsewhere},
    ]
    counts = (days, nowhere, without, elsewhere)
    return [words for count, words in zip(counts, told, strict=True) if count]


def refusal(found: Found, language: Language) -> str:
    """Why there are no hot spots, what is missing and what would be enough; "" where there are some."""
    amounts = found.amounts
    told = {
        "finds": amounts.finds,
        "visited": amounts.visited,
        "kilometres": number(amounts.kilometres, language, 1),
        "cells": FEWEST_CELLS,
        "fewest": hotspots.FEWEST_FINDS,
        "upper": significant(None if amounts.upper is None else amounts.upper * FOR, language),
    }
    return str(LACKS[found.lacks]) % told


def legend(cells: Cells, language: Language) -> list[tuple[SafeString, str]]:
    """Squares and words of the classes, from few to many, of borrowed cells and of sure ones."""
    edges = [edge * cells.overall * FOR for edge in hotspot_drawing.EDGES]
    ends = [significant(edge, language) for edge in edges]
    words = [_("below %(edge)s") % {"edge": ends[0]}]
    words += [f"{low} – {high}" for low, high in itertools.pairwise(ends)]
    words.append(_("%(edge)s and more") % {"edge": ends[-1]})
    classes = [
        (drawing.swatch(colour), text) for colour, text in zip(hotspot_drawing.PALETTE, words, strict=True)
    ]
    return [
        *classes,
        (hotspot_drawing.hatched(), _("borrowed: nobody was there")),
        (hotspot_drawing.outlined(), _("surely above")),
    ]


def ordered(cells: Cells) -> list[dict[str, Any]]:
    """All cells, the likeliest hot spots first: middle, kilometres, finds, rates for 100 km, None unknown."""
    order = np.lexsort((-cells.smoothed, -cells.above, cells.is_borrowed))
    places = middles(cells.grid, cells.column, cells.row)
    own = cells.own
    return [
        {
            "longitude": float(places[k, 0]),
            "latitude": float(places[k, 1]),
            "kilometres": float(cells.kilometres[k]),
            "finds": int(cells.finds[k]),
            "own": None if np.isnan(own[k]) else float(own[k]) * FOR,
            "smoothed": float(cells.smoothed[k]) * FOR,
            "lower": float(cells.lower[k]) * FOR,
            "upper": float(cells.upper[k]) * FOR,
            "above": float(cells.above[k]),
            "is_borrowed": bool(cells.is_borrowed[k]),
            "is_sure": bool(cells.is_sure[k]),
        }
        for k in order.tolist()
    ]


def listed(cells: Cells, language: Language) -> list[dict[str, Any]]:
    """The first cells of the list in words."""
    told = []
    for one in ordered(cells)[:LISTED]:
        rates = {name: significant(one[name], language) for name in ("smoothed", "lower", "upper")}
        own = _("unknown") if one["own"] is None else significant(one["own"], language)
        told.append({**one, **rates, "own": own, "above": percent(one["above"], language)})
    return told


def percent(share: float, language: Language) -> str:
    """A probability in per cent; certainty is never told."""
    if share > 0.999:
        return _("above %(percent)s %%") % {"percent": number(99.9, language, 1)}
    if share < 0.001:
        return _("below %(percent)s %%") % {"percent": number(0.1, language, 1)}
    return f"{number(share * 100, language, 1)} %"


def heading(factor: str) -> list[str]:
    """The columns of the file."""
    return [
        _("Longitude"), _("Latitude"), _("Kilometres"), _("Finds"), _("Own rate, finds for 100 km"),
        _("Smoothed rate, finds for 100 km"), _("Lower limit (95 %)"), _("Upper limit (95 %)"),
        _("Probability above %(factor)s times the overall rate") % {"factor": factor}, _("Borrowed"),
    ]  # fmt: skip


def rows_of_file(cells: Cells) -> list[list[Any]]:
    """All cells in full; unknown rates are empty."""
    return [
        [
            one["longitude"], one["latitude"], one["kilometres"], one["finds"], one["own"], one["smoothed"],
            one["lower"], one["upper"], one["above"], _("yes") if one["is_borrowed"] else _("no"),
        ]
        for one in ordered(cells)
    ]  # fmt: skip


def periods(found: Development, language: Language) -> list[dict[str, Any]]:
    """The rates of years or months for 100 km in words; none where nothing was found."""
    if not found.finds:
        return []
    return [
        {
            "name": line.key,
            "value": _("unknown") if line.value is None else significant(line.value, language),
            "limits": "–" if line.lower is None else _range(line, language),
            "left_out": measure_words.left_out(line.left_out, "finds_per_km") or "–",
        }
        for line in _for_100_km(found.lines)
    ]


def chart(found: Development, language: Language) -> SafeString:
    """The rates of years or months as a picture; empty without any."""
    bars = [drawing.Bar(line.key, line) for line in _for_100_km(found.lines)]
    return drawing.by_time(bars, _("Finds for 100 km"), language)


def _for_100_km(lines: Sequence[Line]) -> list[Line]:
    def more(value: float | None) -> float | None:
        return None if value is None else value * FOR

    return [
        replace(line, value=more(line.value), lower=more(line.lower), upper=more(line.upper))
        for line in lines
    ]


def _range(line: Line, language: Language) -> str:
    return f"{significant(line.lower, language)} – {significant(line.upper, language)}"


def trend(found: Development, language: Language) -> str:
    """The ratio of each year in words, or what is missing for one."""
    told = {
        "patrols": found.patrols,
        "finds": found.finds,
        "months": number(found.days / 30.44, language, 0),
        "fewest_patrols": FEWEST_PATROLS,
        "fewest_finds": FEWEST_FINDS,
        "fewest_months": round(FEWEST_DAYS / 30.44),
    }
    if not found.is_enough:
        return (
            _(
                "No trend is told: it needs at least %(fewest_patrols)s patrols with known kilometres,"
                " %(fewest_finds)s finds and %(fewest_months)s months from the first patrol to the last."
                " There are %(patrols)s patrols, %(finds)s finds and %(months)s months."
            )
            % told
        )
    if found.ratio is None or found.lower is None or found.upper is None:
        return _(
            "No trend is told: years cannot be told from seasons here. Each season needs patrols in more than"
            " one year."
        )
    ratios = {name: significant(getattr(found, name), language) for name in ("ratio", "lower", "upper")}
    words = _(
        "Each year finds for the effort are multiplied by %(ratio)s (95 %% limits %(lower)s – %(upper)s)."
    )
    return f"{words % ratios} {_direction(found.lower, found.upper)}"


def _direction(lower: float, upper: float) -> str:
    if upper < 1:
        return _("They become fewer.")
    return _("They become more.") if lower > 1 else _("It is open whether they become more or fewer.")
