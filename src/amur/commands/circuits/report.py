"""One page about a run: what was asked, what came out, how exact it is. HTML alone, without scripts."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, fields
from html import escape
from pathlib import Path

import numpy as np

from amur.commands.circuits.preflight import Preflight, time_text
from amur.formats.circuitscape import Settings
from amur.formats.errors import FormatError
from amur.formats.files import replacing
from amur.portal.operations.problems import _
from amur.science.circuits import UNREACHABLE, Solved
from amur.science.circuits.solution import Floats, Integers

LONGEST_SIDE = 640
SHOWN_NODES = 40
SHOWN_FILES = 60
# From pale to dark, readable without colour: viridis-like, turned round.
_COLOURS = np.array(
    [[250, 245, 200], [246, 200, 110], [225, 130, 70], [175, 60, 90], [100, 25, 105], [30, 10, 60]],
    dtype=float,
)
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2321}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}
table{border-collapse:collapse;font-size:.9rem}th,td{padding:.2rem .6rem;border:1px solid #c8d0cc;
text-align:right}th{background:#eef2f0}td.text,th.text{text-align:left}figure{margin:1rem 0}
img{max-width:100%;image-rendering:pixelated;border:1px solid #c8d0cc}.scroll{overflow-x:auto}
.legend{display:flex;align-items:center;gap:.5rem;font-size:.9rem}
"""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the page says; `pictures` are titles and maps (rows, cols) with NaN where nothing is."""

    settings: Settings
    preflight: Preflight
    notes: tuple[FormatError, ...]
    ids: Integers
    resistances: Floats | None
    groups: tuple[tuple[int, ...], ...]
    without_data: tuple[int, ...]
    solved: tuple[Solved, ...]
    pictures: tuple[tuple[str, Floats], ...]
    files: tuple[Path, ...]
    seconds: float

    @property
    def summary(self) -> tuple[str, ...]:
        """The lines for the terminal."""
        lines = []
        if self.solved:
            lines.append(
                _("method: {method}; worst relative residual {residual}, estimated error {error}").format(
                    method=", ".join(sorted({one.method for one in self.solved})),
                    residual=f"{max(one.residual for one in self.solved):.1e}",
                    error=f"{max(one.error_estimate for one in self.solved):.1e}",
                )
            )
        if self.without_data:
            lines.append(
                _("on cells without data: focal nodes {nodes}").format(nodes=_listed(self.without_data))
            )
        if self.unreachable:
            lines.append(
                _("{count} pairs have no connection or were left out (-1); separate groups: {groups}").format(
                    count=self.unreachable, groups="; ".join(_listed(group) for group in self.groups[:8])
                )
            )
        lines.append(_("{count} files written").format(count=len(self.files)))
        return tuple(lines)

    @property
    def unreachable(self) -> int:
        """Pairs without a resistance."""
        if self.resistances is None:
            return 0
        if self.resistances.ndim == 1:
            return int((self.resistances == UNREACHABLE).sum())
        return int((np.triu(self.resistances, 1) == UNREACHABLE).sum())


def write_report(report: Report) -> Path:
    """Write the page beside the results."""
    output = report.settings.output
    path = output.with_name(f"{output.name}_report.html")
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_text(page_of(report), encoding="utf-8")
    return path


def page_of(report: Report) -> str:
    """The page as text."""
    name = report.settings.file.name
    title = escape(_("Connectivity run: {name}").format(name=name))
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
        _list(
            [
                *report.preflight.lines,
                *report.summary,
                _("time: {time}").format(time=time_text(report.seconds)),
            ]
        ),
    ]
    for caption, values in report.pictures:
        parts.append(picture(caption, values))
    if report.resistances is not None:
        parts.append(_resistances(report.ids, report.resistances))
    parts += [_solves(report.solved), _notes(report.notes), _settings(report.settings), _files(report.files)]
    parts.append("</body></html>")
    return "\n".join(part for part in parts if part)


def picture(caption: str, values: Floats) -> str:
    """A map as a PNG inside the page, on a logarithmic scale where values span more than 30 times."""
    from PIL import Image

    small = shrunk(values)
    there = np.isfinite(small) & (small > 0)
    if not there.any():
        return f"<figure><figcaption>{escape(caption)}: {escape(_('nothing flows'))}</figcaption></figure>"
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
    colours = _COLOURS[place] * (1 - part) + _COLOURS[place + 1] * part
    alpha = np.where(np.isfinite(small), 255, 0)[..., None]
    image = Image.fromarray(np.concatenate([colours, alpha], axis=2).astype(np.uint8), "RGBA")
    enlarged = max(1, min(8, 400 // max(image.size)))
    if enlarged > 1:
        image = image.resize((image.width * enlarged, image.height * enlarged), Image.Resampling.NEAREST)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=4)
    code = base64.b64encode(buffer.getvalue()).decode("ascii")
    scale = _("logarithmic") if logarithmic else _("linear")
    stops = ",".join(f"rgb({','.join(str(int(value)) for value in colour)})" for colour in _COLOURS)
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


def _resistances(ids: Integers, values: Floats) -> str:
    head = f"<h2>{escape(_('Effective resistances'))}</h2>"
    shown = ids[:SHOWN_NODES].tolist()
    if values.ndim == 1:
        rows = [[str(number), f"{value:.6g}"] for number, value in zip(shown, values, strict=False)]
        table = _table([_("focal node"), "ohm"], rows)
    else:
        rows = [
            [str(number), *(f"{value:.6g}" for value in values[place, :SHOWN_NODES])]
            for place, number in enumerate(shown)
        ]
        table = _table(["", *(str(number) for number in shown)], rows)
    more = ids.size - len(shown)
    tail = (
        f"<p>{escape(_('{count} more focal nodes are in the files.').format(count=more))}</p>"
        if more > 0
        else ""
    )
    return head + table + tail


def _solves(solved: tuple[Solved, ...]) -> str:
    if not solved:
        return ""
    titles = [_("cells or nodes"), _("systems"), _("method"), _("iterations"), _("residual"), _("error")]
    rows = [
        [
            str(one.size),
            str(one.count),
            one.method,
            str(one.iterations),
            f"{one.residual:.1e}",
            f"{one.error_estimate:.1e}",
        ]
        for one in solved[:SHOWN_NODES]
    ]
    note = _(
        "The residual is |b − A v| / |b|, computed anew from the result; the error is an estimate of the "
        "relative error of an effective resistance."
    )
    return f"<h2>{escape(_('How it was solved'))}</h2>{_table(titles, rows)}<p>{escape(note)}</p>"


def _notes(notes: tuple[FormatError, ...]) -> str:
    if not notes:
        return ""
    return f"<h2>{escape(_('Notes'))}</h2>{_list([str(note) for note in notes])}"


def _settings(settings: Settings) -> str:
    rows = []
    for one in fields(settings):
        value = getattr(settings, one.name)
        if one.name != "notes" and value not in (None, False):
            rows.append([one.name.replace("_", " "), str(value)])
    return f"<h2>{escape(_('Settings'))}</h2>{_table([_('setting'), _('value')], rows, text=True)}"


def _files(files: tuple[Path, ...]) -> str:
    names = [path.name for path in files[:SHOWN_FILES]]
    if len(files) > SHOWN_FILES:
        names.append(_("… and {count} more").format(count=len(files) - SHOWN_FILES))
    return f"<h2>{escape(_('Files'))}</h2>{_list(names)}"


def _list(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _table(titles: list[str], rows: list[list[str]], *, text: bool = False) -> str:
    kind = ' class="text"' if text else ""
    head = "".join(f'<th scope="col"{kind}>{escape(title)}</th>' for title in titles)
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _listed(numbers: tuple[int, ...], shown: int = 12) -> str:
    text = ", ".join(str(number) for number in numbers[:shown])
    return text if len(numbers) <= shown else f"{text} … ({len(numbers)})"
