"""Pages as PDF (PDF/UA-1), and pictures for DOCX, by Typst. In a run only: typesetter and fonts are large.

What people wrote reaches the typesetter as data only. The same pages give the same bytes.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import typst

from amur.portal.languages.codes import HTML_TAGS
from amur.portal.newsletter.fonts import FAMILIES, write_fonts
from amur.portal.patrol_reports.blocks import Block, Heading, Page, Paragraph, Picture

TEMPLATE: Final = Path(__file__).with_name("report.typ")
REGIONS: Final = {"en": "GB", "zh-hans": "CN"}
DOTS_PER_INCH: Final = 144.0


def as_pdf(pages: Sequence[Page], title: str) -> bytes:
    """Some pages of one office and language as one file.

    Raises newsletter.fonts.FontsMissing, and typst.TypstError when the typesetter refuses.
    """
    first = pages[0]
    pictures: dict[str, str] = {}
    data = {
        "title": title,
        "office": first.office,
        "lang": HTML_TAGS[first.language].split("-")[0],
        "region": REGIONS.get(first.language),
        "hyphenate": first.language in ("en", "ru"),
        "fonts": list(FAMILIES.values()),
        "pages": [
            {
                "title": page.title,
                "subtitle": page.subtitle,
                "blocks": [_block(each, pictures) for each in page.blocks],
            }
            for page in pages
        ],
    }
    text = json.dumps(data, ensure_ascii=False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_fonts(text, folder)
        (folder / "report.typ").write_bytes(TEMPLATE.read_bytes())
        for file, svg in pictures.items():
            (folder / file).write_text(svg, encoding="utf-8")
        made: bytes = typst.compile(
            str(folder / "report.typ"),
            root=str(folder),
            font_paths=[str(folder)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": text},
            pdf_standards=["ua-1"],
            timestamp=0,
        )
        return made


def as_png(svg: str) -> bytes:
    """A picture as PNG, for files that take no SVG."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "picture.svg").write_text(svg, encoding="utf-8")
        source = '#set page(width: auto, height: auto, margin: 0pt)\n#image("picture.svg", width: 16cm)'
        (folder / "picture.typ").write_text(source, encoding="utf-8")
        made: bytes = typst.compile(
            str(folder / "picture.typ"), root=str(folder), format="png", ppi=DOTS_PER_INCH
        )
        return made


def _block(block: Block, pictures: dict[str, str]) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": block.kind, "text": block.text}
    if isinstance(block, Paragraph):
        return {"kind": block.kind, "text": block.text, "notice": block.is_notice}
    if isinstance(block, Picture):
        name = f"{len(pictures)}.svg"
        pictures[name] = block.svg
        return {"kind": block.kind, "name": name, "caption": block.caption, "height": block.height_cm}
    return {
        "kind": block.kind,
        "caption": block.caption,
        "columns": [number in block.wide for number in range(len(block.head))],
        "head": list(block.head),
        "rows": [list(row) for row in block.rows],
    }
