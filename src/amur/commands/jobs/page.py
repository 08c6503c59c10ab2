"""One page about a run as HTML alone, without scripts or links: its frame, tables, and maps as pictures."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import fields
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.files import replacing
from amur.portal.operations.problems import _, language_of

Floats = NDArray[np.float64]

LONGEST_SIDE = 640
SHOWN_FILES = 60
# From pale to dark, readable without colour: viridis-like, turned round.
_COLOURS = np.array(
    [[250, 245, 200], [246, 200, 110], [225, 130, 70], [175, 60, 90], [100, 25, 105], [30, 10, 60]],
    dtype=float,
)
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2321}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}
table{border-collapse:collapse;font-size:.9rem}th,td{padding:.2rem .6rem;border:1px solid #c8d0cc;
text-align:right}th{background:#eef2f0}td.text,th.text{text-align:left}figure{margin:1rem 0}
img{max-width:100%;image-rendering:pixelated;border:1px solid #c8d0cc}.scroll{overflow-x:auto}
.legend{display:flex;align-items:center;gap:.5rem;font-size:.9rem}
"""


def write_page(path: Path, title: str, parts: Iterable[str]) -> Path:
    """Write a page of sections, whole or not at all; empty ones are left out."""
    title = escape(title)
    language = language_of(dict(os.environ)).replace("_", "-") or "en"
    head = [
        "<!doctype html>",
        f'<html lang="{language}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{title}</title><style>{STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        text = "\n".join(part for part in [*head, *parts, "</body></html>"] if part)
        temporary.write_text(text, encoding="utf-8")
    return path


def picture(caption: str, values: Floats, *, falling: bool = False) -> str:
    """A map as a PNG inside the page, on a logarithmic scale where values span more than 30 times; dark is
    high, or low where the colours are `falling`.
    """
    from PIL import Image

    palette = _COLOURS[::-1] if falling else _COLOURS
    small = shrunk(values)
    there = np.isfinite(small) & (small > 0)
    if not there.any():
        nothing = _("nothing flows")
        return f"<figure><figcaption>{escape(caption)}: {escape(nothing)}</figcaption></figure>"
    low, high = (float(part) for part in np.percentile(small[there], [2, 99.5]))
    logarithmic = low > 0 and high / low > 30
    low = max(low, high / 1e4) if logarithmic else min(low, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        if logarithmic:
            share = (np.log(np.maximum(small, low)) - np.log(low)) / (np.log(high) - np.log(low))
        else:
            share = (small - low) / ((high - low) or 1.0)
    share = np.clip(np.nan_to_num(share), 0.0, 1.0) * (len(_COLOURS) - 1)
    place = np.minimum(share.astype(np.int64), len(_COLOURS) - 2)
    part = (share - place)[..., None]
    colours = palette[place] * (1 - part) + palette[place + 1] * part
    alpha = np.where(np.isfinite(small), 255, 0)[..., None]
    image = Image.fromarray(np.concatenate([colours, alpha], axis=2).astype(np.uint8), "RGBA")
    enlarged = max(1, min(8, 400 // max(image.size)))
    if enlarged > 1:
        image = image.resize((image.width * enlarged, image.height * enlarged), Image.Resampling.NEAREST)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=4)
    code = base64.b64encode(buffer.getvalue()).decode("ascii")
    scale = _("logarithmic") if logarithmic else _("linear")
    stops = ",".join(f"rgb({','.join(str(int(value)) for value in colour)})" for colour in palette)
    return (
        f'<figure><figcaption>{escape(caption)}</figcaption><img alt="{escape(caption)}" '
        f'src="data:image/png;base64,{code}"><div class="legend"><span>{low:.3g}</span>'
        f'<span style="width:12rem;height:1rem;background:linear-gradient(to right,{stops})"></span>'
        f"<span>{high:.3g}</span><span>({escape(scale)})</span></div></figure>"
    )


def shrunk(values: Floats) -> Floats:
    """Every so many rows and columns, so that a picture holds them."""
    step = max(1, -(-max(values.shape) // LONGEST_SIDE))
    return values[::step, ::step]


def notes_of(notes: Sequence[object]) -> str:
    """The section of what had to be decided."""
    if not notes:
        return ""
    return section(_("Notes"), bullets([str(note) for note in notes]))


def settings_of(settings: Any, hidden: Sequence[str] = ("notes",)) -> str:
    """The section of the settings of a job, a dataclass; what is off or not given is left out."""
    rows = []
    for one in fields(settings):
        value = getattr(settings, one.name)
        if one.name not in hidden and value not in (None, False, ()):
            rows.append([one.name.replace("_", " "), str(value)])
    return section(_("Settings"), table([_("setting"), _("value")], rows, text=True))


def files_of(files: Sequence[Path]) -> str:
    """The section of what was written."""
    names = [path.name for path in files[:SHOWN_FILES]]
    if len(files) > SHOWN_FILES:
        names.append(_("… and {count} more").format(count=len(files) - SHOWN_FILES))
    return section(_("Files"), bullets(names))


def solves(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The section that says how systems were solved, with what the figures mean."""
    note = _(
        "The residual is |b − A v| / |b|, computed anew from the result; the error is an estimate of the "
        "relative error of an effective resistance."
    )
    return section(_("How it was solved"), table(titles, rows), paragraph(note))


def section(title: str, *parts: str) -> str:
    """Parts under a heading."""
    return f"<h2>{escape(title)}</h2>{''.join(parts)}"


def paragraph(text: str) -> str:
    """A line of text."""
    return f"<p>{escape(text)}</p>"


def bullets(lines: Iterable[str]) -> str:
    """Lines as a list."""
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, text: bool = False) -> str:
    """Rows under titles; `text` is aligned to the left, numbers to the right."""
    kind = ' class="text"' if text else ""
    head = "".join(f'<th scope="col"{kind}>{escape(title)}</th>' for title in titles)
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def listed(numbers: Sequence[int], shown: int = 12) -> str:
    """Numbers for people, not too many.

    >>> listed([3, 4]), listed(range(20), 3)
    ('3, 4', '0, 1, 2 … (20)')
    """
    text = ", ".join(str(number) for number in numbers[:shown])
    return text if len(numbers) <= shown else f"{text} … ({len(numbers)})"
