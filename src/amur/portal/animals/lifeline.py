"""The life line of an animal as SVG: a disc for each year and flank, its area by the number of visits."""

import math
from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

STEP, ROW, MARGIN, MOST = 60, 44, 130, 18


def lifeline(years: Sequence[Any]) -> SafeString | str:
    """The drawing of years with `left`, `right` and `neither` visits; empty without any."""
    if not years:
        return ""
    rows = [
        ("left", pgettext("flank", "left")),
        ("right", pgettext("flank", "right")),
        ("neither", pgettext("flank", "side not told")),
    ]
    most = max(max(one.left, one.right, one.neither) for one in years)
    width, height = MARGIN + STEP * len(years), ROW * (len(rows) + 1)
    parts = []
    for number, (name, words) in enumerate(rows):
        middle = ROW * number + ROW // 2
        parts.append(format_html('<text x="0" y="{}">{}</text>', middle + 5, words))
        parts.append(
            format_html('<path class="line" d="M{} {}H{}"/>', MARGIN - 10, middle, width - STEP // 4)
        )
        for place, year in enumerate(years):
            count = getattr(year, name)
            if count:
                parts.append(
                    format_html(
                        '<circle class="{}" cx="{}" cy="{}" r="{}"/>',
                        "none" if name == "neither" else name,
                        MARGIN + STEP * place + STEP // 3,
                        middle,
                        max(round(MOST * math.sqrt(count / most)), 4),
                    )
                )
    labels = [(MARGIN + STEP * place, height - 12, year.year) for place, year in enumerate(years)]
    return format_html(
        '<svg class="life" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        width,
        height,
        _("Visits by year and flank; the table below says the same"),
        format_html_join("", "{}", ((part,) for part in parts)),
        format_html_join("", '<text x="{}" y="{}">{}</text>', labels),
    )
