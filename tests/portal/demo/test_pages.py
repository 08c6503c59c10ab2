"""The pages of the demonstration are whole in four languages, link to what exists and type no totals."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

CONTENT: Final = Path(__file__).parents[3] / "src" / "amur" / "portal" / "demo" / "content"
LANGUAGES: Final = ("en", "ru", "zh-hans", "mn")
# News told in one language only: they show how a missing translation is labelled.
ONLY_IN: Final = {
    "stork-nest-search-2018": "ru",
    "leopard-mother-2024": "zh-hans",
    "sources-of-amur-2013": "mn",
}
KINDS: Final = ("home", "module", "text", "news-index", "news")
BLOCKS: Final = ("heading", "text", "fact", "areas")
ALLOWED_TAGS: Final = ("p", "ul", "ol", "li", "strong", "em", "a")
LINK: Final = re.compile(r"amur:(area|species|page)/([a-z0-9-]+)")

YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
COUNTED: Final = re.compile(
    r"\d[\d\s.,]*\s*(?:%|ha\b|km|га\b|км|тонн|公顷|平方公里|只|头|"
    r"tigers?|leopards?|cranes?|storks?|тигр|леопард|журавл|аист|особ|虎|豹|鹤|鹳|бар\b|ирвэс|тогоруу)",
    re.IGNORECASE,
)
HAN: Final = re.compile(r"[\u4e00-\u9fff]")
CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
LATIN: Final = re.compile(r"[A-Za-z]")
# Forms that simplified Chinese does not use, of characters that such texts cannot do without.
TRADITIONAL: Final = frozenset(
    "國東這個們會來對於為與護區動種類數據網頁語無關鍵體實現發監測環觀鳥龍貓產業經濟資訊檔標準協調綠帶館學"
    "開閉門間問題圖書範圍際邊過還進遠運達選違適遷錄說話譯誰計記設許證評試談論請讓識議讀變貝財貨買費質賞贈"
    "車轉輕載輯輸辦農應從復徑總統絕給絡終結約級組細紅純紙紀線練維綱"
)
ORGANISATIONS: Final = re.compile(
    r"WWF|panda|世界自然基金会|Всемирн\w+ фонд|Дэлхийн байгаль хамгаалах сан", re.I
)

Page = dict[str, Any]


def load(name: str) -> Any:
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


PAGES: Final[dict[str, Page]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((CONTENT / "pages").glob("*.json"))
}
TEXTS: Final = [(key, language) for key, page in PAGES.items() for language in page["texts"]]
every_page = pytest.mark.parametrize("key", sorted(PAGES))
every_text = pytest.mark.parametrize(("key", "language"), TEXTS)


def visible(text: Page) -> str:
    """Title, summary, headings and paragraphs without their tags."""
    parts = [value for kind, value in text["body"] if kind in ("heading", "text")]
    return re.sub(r"<[^>]+>", " ", " ".join([text["title"], text["summary"], *parts]))


def links(text: Page) -> list[tuple[str, str]]:
    return LINK.findall(" ".join(value for kind, value in text["body"] if kind == "text"))


class Markup(HTMLParser):
    """Collects what an editor's text must not hold: foreign tags, attributes, unclosed elements."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag not in ALLOWED_TAGS:
            self.faults.append(f"<{tag}> is not allowed")
        if tag != "a" and attrs:
            self.faults.append(f"<{tag}> has attributes")
        if tag == "a" and (len(attrs) != 1 or not LINK.fullmatch(dict(attrs).get("href") or "")):
            self.faults.append(f"a link goes outside the site: {attrs}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if not self.open:
            self.faults.append(f"text outside a paragraph: {data!r}")


def test_there_are_a_home_six_modules_six_texts_and_eleven_news() -> None:
    kinds = [page["kind"] for page in PAGES.values()]
    counted = {kind: kinds.count(kind) for kind in KINDS}
    assert counted == {"home": 1, "module": 6, "text": 6, "news-index": 1, "news": 11}
    orders = sorted(page["order"] for page in PAGES.values() if page["kind"] == "module")
    assert orders == [1, 2, 3, 4, 5, 6]


@every_page
def test_a_file_has_the_shape_that_the_loader_expects(key: str) -> None:
    page = PAGES[key]
    optional = {"date", "date_precision"} if page["kind"] == "news" else set()
    shape = {"key", "kind", "order", "area", "species", "sources", "source_language", "texts"}
    assert set(page) == shape | optional
    assert page["key"] == key
    assert page["kind"] in KINDS
    assert page["source_language"] in page["texts"]
    for source in page["sources"]:
        assert set(source) == {"citation", "url"}
        assert source["citation"].strip()
        assert source["url"].startswith(("http://", "https://"))


@every_text
def test_a_text_has_a_title_a_slug_a_summary_and_known_blocks(key: str, language: str) -> None:
    text = PAGES[key]["texts"][language]
    assert set(text) == {"title", "slug", "summary", "status", "body"}
    assert 0 < len(text["title"]) <= 120
    assert 0 < len(text["summary"]) <= 500
    assert re.fullmatch(r"[a-z0-9\u4e00-\u9fff]+(-[a-z0-9\u4e00-\u9fff]+)*", text["slug"])
    assert bool(HAN.search(text["slug"])) == (language == "zh-hans")
    assert all(kind in BLOCKS and value.strip() for kind, value in text["body"])


@every_page
def test_a_page_speaks_all_four_languages_unless_it_is_there_to_show_a_gap(key: str) -> None:
    expected = (ONLY_IN[key],) if key in ONLY_IN else LANGUAGES
    assert tuple(PAGES[key]["texts"]) == expected


@every_text
def test_only_the_language_of_the_source_counts_as_reviewed(key: str, language: str) -> None:
    page = PAGES[key]
    expected = "reviewed" if language == page["source_language"] else "draft"
    assert page["texts"][language]["status"] == expected


@every_text
def test_a_text_holds_only_the_allowed_markup(key: str, language: str) -> None:
    for kind, value in PAGES[key]["texts"][language]["body"]:
        if kind == "text":
            markup = Markup()
            markup.feed(value)
            markup.close()
            assert not markup.faults
            assert not markup.open
        else:
            assert "<" not in value


@every_page
def test_the_translations_of_a_page_quote_the_same_facts_and_link_to_the_same_places(key: str) -> None:
    texts = list(PAGES[key]["texts"].values())
    for text, other in pairwise(texts):
        assert [kind for kind, _ in text["body"]] == [kind for kind, _ in other["body"]]
        quoted = [block for block in text["body"] if block[0] in ("fact", "areas")]
        assert quoted == [block for block in other["body"] if block[0] in ("fact", "areas")]
        assert sorted(links(text)) == sorted(links(other))


def test_links_facts_lists_areas_and_species_exist() -> None:
    areas = load("areas.json")
    known = {
        "area": {row["key"] for row in areas},
        "species": {row["key"] for row in load("species.json")},
        "page": set(PAGES),
        "fact": {row["key"] for row in load("facts.json")},
        "areas": {group for row in areas for group in row["groups"]},
    }
    used: set[tuple[str, str]] = set()
    for page in PAGES.values():
        used |= {("species", key) for key in page["species"]}
        used |= {("area", page["area"])} if page["area"] else set()
        for text in page["texts"].values():
            used |= set(links(text))
            used |= {(kind, value) for kind, value in text["body"] if kind in ("fact", "areas")}
    assert sorted((kind, key) for kind, key in used if key not in known[kind]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_siblings_share_a_slug(language: str) -> None:
    for siblings in (("module", "text", "news-index"), ("news",)):
        slugs = [
            page["texts"][language]["slug"]
            for page in PAGES.values()
            if page["kind"] in siblings and language in page["texts"]
        ]
        assert len(slugs) == len(set(slugs))


@pytest.mark.parametrize(("key", "language"), [(k, lang) for k, lang in TEXTS if PAGES[k]["kind"] != "news"])
def test_no_total_is_typed_into_a_lasting_page(key: str, language: str) -> None:
    text = visible(PAGES[key]["texts"][language]).replace("WCAG 2.2", "WCAG")
    assert not COUNTED.search(text)
    assert re.findall(r"\d+", YEAR.sub("", text)) == []


@pytest.mark.parametrize("key", [key for key, page in PAGES.items() if page["kind"] == "news"])
def test_news_have_a_date_sources_and_no_population_figure(key: str) -> None:
    page = PAGES[key]
    assert date(2010, 1, 1) <= date.fromisoformat(page["date"]) <= date(2026, 1, 1)
    assert page["date_precision"] in ("day", "season", "year")
    assert page["sources"]
    for text in page["texts"].values():
        shown = visible(text)
        predators = (
            r"\d+\s*(?:只)?\s*(?:tiger|leopard|stork|crane|тигр|леопард|аист|东北虎|东北豹|бар\b|ирвэс)"
        )
        assert not re.search(predators, shown, re.IGNORECASE)
        assert YEAR.search(shown) or key in ONLY_IN


@pytest.mark.parametrize("key", [key for key, page in PAGES.items() if page["kind"] == "module"])
def test_a_module_is_worth_reading_in_each_language(key: str) -> None:
    for language, text in PAGES[key]["texts"].items():
        shown = visible(text)
        length = len(HAN.findall(shown)) if language == "zh-hans" else len(shown.split())
        assert (480 if language == "zh-hans" else 250) <= length <= 700
        assert 3 <= sum(kind == "heading" for kind, _ in text["body"]) <= 6
        assert any(kind == "fact" for kind, _ in text["body"])


@every_text
def test_a_text_is_written_in_the_script_of_its_language(key: str, language: str) -> None:
    shown = visible(PAGES[key]["texts"][language])
    letters = {
        "en": LATIN,
        "ru": CYRILLIC,
        "mn": CYRILLIC,
        "zh-hans": HAN,
    }
    foreign = {
        "en": (CYRILLIC, HAN),
        "ru": (HAN,),
        "mn": (HAN,),
        "zh-hans": (CYRILLIC,),
    }
    total = sum(len(script.findall(shown)) for script in (LATIN, CYRILLIC, HAN))
    assert len(letters[language].findall(shown)) / total > 0.8
    assert not any(script.search(shown) for script in foreign[language])
    # A Latin a inside a Cyrillic word looks right and breaks search and screen readers.
    assert not re.search(r"[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]", shown)


@every_text
def test_mongolian_has_its_own_letters_and_chinese_is_simplified(key: str, language: str) -> None:
    shown = visible(PAGES[key]["texts"][language])
    if language == "mn":
        assert re.search("[өү]", shown)
    if language == "ru":
        assert not re.search("[өүӨҮ]", shown)
    if language == "zh-hans":
        assert sorted(TRADITIONAL & set(shown)) == []


@every_text
def test_no_organisation_is_named(key: str, language: str) -> None:
    page = PAGES[key]
    citations = " ".join(source["citation"] for source in page["sources"])
    assert not ORGANISATIONS.search(visible(page["texts"][language]) + citations)
