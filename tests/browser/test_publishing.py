"""Offices publish together: news from Vladivostok is translated in Changchun and read in Dadal, as it happens.

One story from the first word to the visitors' statistics, each step in the browser of the person who does it.
"""

import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import media_samples as samples
import pytest
from playwright.sync_api import Browser, Locator, Page
from test_correction import log_in
from test_visitors import FAMILIES

pytestmark = pytest.mark.browser

WORD = "кедровка"  # a word that nothing of the demonstration has
TITLE = "Кедровка прячет орехи у новой тропы"
CHANGED = "Кедровка прячет орехи у новой тропы и у кордона"
CHINESE = "星鸦在新步道旁贮藏松子"
OUTDATED = 'class="state"'
ALT = {
    "ru": "Птица на ветке кедра",
    "zh-hans": "红松枝上的鸟",
    "en": "A bird on a pine",
    "mn": "Хуш модон дээрх шувуу",
}


@dataclass
class Reader:
    """A visitor: no account, no cookie; remembers which hosts the pages asked."""

    page: Page
    site: str
    hosts: set[str]

    def read(self, address: str) -> str:
        """The text of a page."""
        answer = self.page.goto(self.site + address)
        assert answer is not None and answer.status == 200, address
        return self.page.locator("body").inner_text()


def ask(site: str, address: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(site + address, timeout=60) as answer:
        return answer.read().decode()


def eventually(true: Callable[[], bool], seconds: float = 30) -> None:
    """Pages in memory are at most a second old; pictures and counts are made in the background."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.5)


@pytest.fixture
def reader(browser: Browser, site: str) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    found = Reader(context.new_page(), site, set())
    found.page.on("request", lambda request: found.hosts.add(urlsplit(request.url).netloc))
    yield found
    context.close()


def desk(browser: Browser, site: str, name: str, password: str) -> Page:
    """The editing pages as a person of an office has them."""
    page = browser.new_context(viewport={"width": 1280, "height": 1400}).new_page()
    page.set_default_timeout(60_000)
    log_in(page, site, name, password)
    return page


def published(page: Page) -> None:
    """Press the button and wait for the message."""
    page.get_by_role("button", name="More actions").first.click()
    page.locator("button[name=action-publish]").first.click()
    page.locator(".messages .success").first.wait_for()


def upload_picture(page: Page, photo: Path) -> None:
    """A new photograph with its texts, from inside the chooser."""
    page.get_by_role("button", name="Choose a file").first.click()
    window = page.locator(".modal")
    window.get_by_role("tab", name="Upload").click()
    window.locator("[name=file]").set_input_files(photo)
    window.locator("[name=alt-source]").select_option("ru")
    for code, text in ALT.items():
        window.locator(f"[name=alt-{code}]").fill(text)
    window.locator("[name=credit-source]").select_option("ru")
    window.locator("[name=credit-ru]").fill("Инспектор кордона")
    window.locator("[name=is_published]").check()
    window.get_by_role("button", name="Upload").click()
    window.wait_for(state="detached")


def write_news(page: Page, site: str, photo: Path, area: str) -> str:
    """An editor's news with photograph and place; gives the address of its editing page."""
    page.goto(f"{site}/admin/pages/4/")
    page.locator("main table a", has_text="Новости").first.click()
    parent = re.search(r"/pages/(\d+)/", page.url)
    assert parent is not None
    page.goto(f"{site}/admin/pages/add/website/newspage/{parent[1]}/")
    page.fill("#id_title", TITLE)
    page.fill("#id_summary", f"Наблюдение инспекторов: {WORD} готовится к зиме.")
    page.get_by_role("button", name="Insert a block").first.click()
    page.get_by_role("option", name="Text", exact=True).click()
    writing: Locator = page.locator(
        "[data-streamfield-block] [contenteditable=true], .public-DraftEditor-content"
    ).first
    writing.click()
    page.keyboard.type(f"У новой тропы {WORD} прячет кедровые орехи.")
    page.select_option("#id_rubric", "region")
    page.fill("#id_date", "2026-11-20")
    page.keyboard.press("Escape")
    upload_picture(page, photo)
    place = page.locator("#id_area_key option", has_text=area).first.get_attribute("value")
    page.select_option("#id_area_key", place)
    page.fill("#id_place", "Приморский край")
    published(page)
    editing = page.locator("main table a", has_text=TITLE).first.get_attribute("href")
    assert editing is not None
    return site + editing


def translate(page: Page, site: str, title: str, language: str) -> None:
    """Find the news in the queue, take it, translate every part of it and publish."""
    page.goto(f"{site}/admin/translations/?language={language}")
    page.locator("main table a", has_text=title).first.click()
    page.get_by_role("button", name="I take it").click()
    page.get_by_role("button", name="Give it back").wait_for()
    work = page.locator("#translation")
    for label, words in (
        ("title", CHINESE),
        ("summary", "巡护员观察：星鸦准备过冬。"),
        ("place in words", "滨海边疆区"),
    ):
        work.get_by_label(f"{label}: 中文").fill(words)
    work.locator(".public-DraftEditor-content").click()
    page.keyboard.type("新步道旁，星鸦正在贮藏松子。")
    work.get_by_label("reviewed").check()
    work.get_by_role("button", name="Save and publish").click()
    page.locator(".messages .success").wait_for()


def put_into_newsletter(page: Page, site: str, title: str) -> None:
    """A new issue with this one story, published."""
    page.goto(f"{site}/admin/newsletter/new/")
    page.fill("[name=year]", "2026")
    page.select_option("[name=quarter]", "3")
    if not page.locator("[name=items-0-what]").count():
        page.locator("#id_items-ADD").click()
    story = page.locator("[name=items-0-what]")
    value = story.locator("option", has_text=title).first.get_attribute("value")
    story.select_option(value)
    page.locator("form[data-edit-form] footer button[type=submit], footer button[type=submit]").first.click()
    page.locator(".messages .success").wait_for()
    page.goto(f"{site}/admin/newsletter/")
    page.locator("main table a", has_text="81").first.click()
    page.get_by_role("link", name="Preview, publish, send").click()
    page.locator("form[action$='/publish/'] button").click()
    page.locator(".messages .success").wait_for()


def test_news_goes_from_its_first_word_to_all_readers(
    browser: Browser, site: str, password: str, reader: Reader, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(samples.jpeg((900, 600)))

    editor = desk(browser, site, "vladivostok", password)
    editing = write_news(editor, site, photo, "Sikhote")
    eventually(lambda: TITLE in ask(site, "/ru/novosti/"))
    address = re.search(rf'href="([^"]+)">{TITLE}', ask(site, "/ru/novosti/"))[1]
    eventually(lambda: ALT["ru"] in ask(site, address))
    assert "Инспектор кордона" in reader.read(address)

    # Others read the Russian text, labelled, until somebody translates it.
    mongolian = reader.page
    own = address.replace("/ru/", "/mn/", 1)
    reader.read(own)
    assert mongolian.locator("html").get_attribute("lang") == "mn"
    assert mongolian.locator("main [lang=ru]", has_text=TITLE).count()

    translator = desk(browser, site, "changchun", password)
    translate(translator, site, TITLE, "zh-hans")
    eventually(lambda: CHINESE in ask(site, "/zh-hans/" + quote("新闻") + "/"))
    chinese = re.search(rf'href="([^"]+)">{CHINESE}', ask(site, "/zh-hans/" + quote("新闻") + "/"))[1]
    reader.read(chinese)
    assert mongolian.locator("html").get_attribute("lang") == "zh-Hans"
    assert OUTDATED not in ask(site, chinese)

    # The source changes: its translation is outdated, and the translator sees what changed.
    editor.goto(editing)
    editor.fill("#id_title", CHANGED)
    published(editor)
    translator.goto(f"{site}/admin/translations/")
    row = translator.locator("main table tr", has_text=CHANGED).first
    assert "outdated" in row.inner_text()
    row.locator("a").first.click()
    translator.locator("ins", has_text="кордона").first.wait_for()
    eventually(lambda: OUTDATED in ask(site, chinese))

    put_into_newsletter(editor, site, CHANGED)
    for code, title in (("ru", CHANGED), ("mn", CHANGED), ("en", CHANGED), ("zh-hans", CHINESE)):
        eventually(lambda code=code, title=title: title in ask(site, f"/{code}/newsletter/81/"))
        assert title in ask(site, f"/{code}/feeds/news.atom")
        assert title in reader.read(f"/{code}/search/?q={quote(WORD)}"), code
    assert CHINESE in reader.read(f"/zh-hans/search/?q={quote('星鸦')}")

    # The statistics show it; the reader's browser got no cookie and asked nobody else.
    for family in FAMILIES:
        other = browser.new_context(user_agent=f"Mozilla/5.0 (X11; Linux x86_64) {family}", locale="ru-RU")
        other.new_page().goto(site + address)
        assert other.cookies() == []
        other.close()

    def counted() -> bool:
        editor.goto(f"{site}/admin/visitors/")
        return CHANGED in editor.locator("main").inner_text()

    eventually(counted)
    assert reader.page.context.cookies() == []
    assert reader.hosts == {urlsplit(site).netloc}
    editor.context.close()
    translator.context.close()
