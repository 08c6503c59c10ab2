"""Pages as DOCX, for people who go on writing in their own program. Called in a run only.

Fonts are those of the reader's program, with a Chinese one named for Chinese letters.
"""

import datetime
import io
from collections.abc import Sequence
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from amur.portal.languages.codes import HTML_TAGS
from amur.portal.patrol_reports.blocks import Block, Heading, Page, Paragraph, Picture, Table
from amur.portal.patrol_reports.typesetting import as_png

WESTERN: Final = "Noto Sans"
EASTERN: Final = "Noto Sans SC"
SPOKEN: Final = {"zh-hans": "zh-CN", "en": "en-GB", "ru": "ru-RU", "mn": "mn-MN"}
FIXED: Final = datetime.datetime(2000, 1, 1)  # noqa: DTZ001  # the library takes a time without a zone
"""When the file says that it was made: the page tells the day, and no file needs to tell the minute."""


def as_docx(page: Page) -> bytes:
    """A page as a file."""
    file = docx.Document()
    _set_up(file, page)
    file.add_heading(page.title, level=0)
    file.add_paragraph(page.office)
    file.add_paragraph(page.subtitle)
    for block in page.blocks:
        _add(file, block)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _set_up(file: Any, page: Page) -> None:
    """Paper, fonts, language and title."""
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    style = file.styles["Normal"]
    style.font.name, style.font.size = WESTERN, Pt(10)
    for name in ("Normal", "Title", "Heading 2"):
        properties = file.styles[name].element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for key in list(fonts.attrib):
            if key.endswith("Theme"):
                del fonts.attrib[key]
        for script, font in (("ascii", WESTERN), ("hAnsi", WESTERN), ("cs", WESTERN), ("eastAsia", EASTERN)):
            fonts.set(qn(f"w:{script}"), font)
    language = OxmlElement("w:lang")
    spoken = SPOKEN.get(page.language, HTML_TAGS[page.language])
    language.set(qn("w:val"), spoken)
    language.set(qn("w:eastAsia"), spoken)
    style.element.get_or_add_rPr().append(language)
    about = file.core_properties
    about.title, about.author, about.language = page.title, page.office, HTML_TAGS[page.language]
    about.comments, about.last_modified_by = "", ""
    about.created = about.modified = FIXED


def _add(file: Any, block: Block) -> None:
    if isinstance(block, Heading):
        file.add_heading(block.text, level=2)
    elif isinstance(block, Paragraph):
        file.add_paragraph().add_run(block.text).bold = block.is_notice
    elif isinstance(block, Picture):
        shape = file.add_picture(io.BytesIO(as_png(block.svg)), width=Cm(15))
        shape._inline.docPr.set("descr", block.caption)
        file.add_paragraph(block.caption)
    else:
        _add_table(file, block)


def _add_table(file: Any, block: Table) -> None:
    if block.caption:
        file.add_paragraph().add_run(block.caption).bold = True
    table = file.add_table(rows=0, cols=len(block.head), style="Light Grid")
    for row in (block.head, *block.rows):
        _fill(table.add_row().cells, row, block.wide)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    file.add_paragraph()


def _fill(cells: Sequence[Any], row: Sequence[str], wide: frozenset[int]) -> None:
    for number, (cell, text) in enumerate(zip(cells, row, strict=True)):
        cell.text = text
        if number not in wide:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
