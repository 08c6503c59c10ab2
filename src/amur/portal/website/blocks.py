"""What a page's body is made of. Called by `models`; `templates/website/parts/body.html` shows the blocks."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from amur.portal.media.blocks import DocumentBlock, PictureBlock, VideoBlock
from amur.portal.media.models import MediaFile

RICH_TEXT = ["bold", "italic", "ol", "ul", "link", "h3"]
MAX_COLUMNS = 8


class FactBlock(blocks.CharBlock):
    """A quoted fact, by its key: the page always shows the figure that the register holds now."""

    class Meta:
        icon = "table"
        label = _("Fact")
        help_text = _("The key of a fact; its figure, period and source are shown")

    def clean(self, value: str) -> str:
        from amur.portal.facts.queries import known_fact

        key = str(super().clean(value))
        if not known_fact(key):
            raise blocks.StructBlockValidationError(
                non_block_errors=[_("There is no fact with the key “%(key)s”.") % {"key": key}]
            )
        return key


class AreasBlock(blocks.CharBlock):
    """A short list of areas of a network or list, such as `ramsar`."""

    class Meta:
        icon = "list-ul"
        label = _("List of areas")
        help_text = _("The code of a network or list of areas, such as ramsar")


class QuoteBlock(blocks.StructBlock):
    """Words of a person, with the name."""

    text = blocks.TextBlock(label=_("Words"))
    who = blocks.CharBlock(label=_("Who says so"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "website/blocks/quote.html"


class TableBlock(blocks.StructBlock):
    """A small table as lines of text: translators see words, not a grid of fields."""

    caption = blocks.CharBlock(label=_("Caption"))
    cells = blocks.TextBlock(
        label=_("Rows"),
        help_text=_("One row a line, cells separated by |. The first line holds the headings."),
    )

    class Meta:
        icon = "table"
        label = _("Table")
        template = "website/blocks/table.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        rows = rows_of(cleaned["cells"])
        width = len(rows[0])
        for number, row in enumerate(rows, start=1):
            if len(row) != width or not 1 < width <= MAX_COLUMNS:
                raise blocks.StructBlockValidationError(
                    block_errors={
                        "cells": blocks.field_block.ValidationError(
                            _("Line %(number)s has %(count)s cells; each needs as many as the first, 2 to 8.")
                            % {"number": number, "count": len(row)}
                        )
                    }
                )
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        first, *rest = rows_of(value["cells"]) or [[]]
        return {**context, "headings": first, "rows": rest}


class GalleryBlock(blocks.ListBlock):
    """Several pictures, each with its text, caption and credit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(PictureBlock(), **kwargs)

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "website/blocks/gallery.html"


class LinkedVideoBlock(blocks.StructBlock):
    """A video on somebody else's site: a plain link, which loads nothing until it is followed."""

    title = blocks.CharBlock(label=_("Title"))
    address = blocks.URLBlock(label=_("Address"))

    class Meta:
        icon = "link-external"
        label = _("Video on another site")
        template = "website/blocks/linked_video.html"


class BodyBlock(blocks.StreamBlock):
    """What a page's body is made of."""

    heading = blocks.CharBlock(label=_("Heading"), icon="title")
    text = blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT)
    picture = PictureBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    table = TableBlock()
    fact = FactBlock()
    areas = AreasBlock()
    document = DocumentBlock()
    video = VideoBlock()
    linked_video = LinkedVideoBlock()


def rows_of(cells: str) -> list[list[str]]:
    """The cells of a table, row by row; empty lines are left out.

    >>> rows_of("Year | Nests\\n2018 | 12\\n")
    [['Year', 'Nests'], ['2018', '12']]
    """
    return [[cell.strip() for cell in line.split("|")] for line in cells.splitlines() if line.strip()]


def pictures_of(body: Any) -> Iterator[MediaFile]:
    """The pictures of a body and of its galleries."""
    for block in body or ():
        values = block.value if block.block_type == "gallery" else [block.value]
        if block.block_type in {"picture", "gallery"}:
            yield from (value["file"] for value in values if value.get("file") is not None)
