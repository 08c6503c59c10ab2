"""A chart leaves the page as PNG, SVG and CSV files that other programs read."""

import csv
import io
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Download, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def species(page: Page, site: str) -> Iterator[Page]:
    """The page of a species with counts."""
    page.goto(f"{site}/zh-hans/species/")
    page.goto(f"{site}/zh-hans/species/key/amur-tiger/")
    return page


def saved(page: Page, control: str) -> tuple[Download, bytes]:
    """What a click lets the browser save."""
    with page.expect_download() as waiting:
        page.locator(control).first.click()
    with open(waiting.value.path(), "rb") as file:
        return waiting.value, file.read()


def test_the_png_button_saves_the_picture_that_is_seen(species: Page) -> None:
    download, content = saved(species, "[data-png]")
    assert download.suggested_filename.endswith(".png")
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        width, height = species.evaluate(
            "() => { const box = document.querySelector('[data-chart] svg').viewBox.baseVal; return [box.width, box.height] }"
        )
        assert (picture.format, picture.size) == ("PNG", (2 * width, 2 * height))
        assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 10, "something is drawn"


def test_the_svg_link_saves_a_picture_with_its_words(species: Page) -> None:
    download, content = saved(species, "figcaption a[download]")
    assert download.suggested_filename.endswith(".svg")
    root = ElementTree.fromstring(content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "".join(root.itertext()).strip()


def test_the_csv_link_saves_every_row_of_the_table(species: Page) -> None:
    download, content = saved(species, "caption a[download]")
    assert download.suggested_filename.endswith(".csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) - 1 == species.locator("table.rows tbody tr").count() > 0
    assert len({len(row) for row in rows}) == 1
