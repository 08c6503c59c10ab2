"""A text in four languages says which language it is really in and how far it can be trusted."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from amur.portal.languages.codes import FALLBACKS, LANGUAGES
from amur.portal.languages.dates import reduced_date, written
from amur.portal.languages.forms import MultilingualFormField, MultilingualWidget
from amur.portal.languages.models import slug_of
from amur.portal.languages.text import MultilingualText, Status, Translation

words = st.text(min_size=1, max_size=12)
texts = st.builds(
    MultilingualText,
    st.sampled_from(LANGUAGES),
    st.dictionaries(
        st.sampled_from(LANGUAGES), st.builds(Translation, words, st.sampled_from(Status), st.none() | words)
    ),
)


@given(texts)
def test_what_is_stored_is_what_is_read_back(text: MultilingualText) -> None:
    assert MultilingualText.from_json(text.to_json()) == text


@given(texts, st.sampled_from(LANGUAGES))
def test_a_reading_is_never_silently_in_another_language(text: MultilingualText, language: str) -> None:
    reading = text.reading(language)
    if reading is None:
        assert not text
    else:
        assert text.texts[reading.language].text == reading.text
        assert reading.fallback == (reading.language != language)
        if reading.fallback:
            assert not text.has(language)


def test_the_fallback_order_of_each_language_names_the_three_others_once() -> None:
    for language, order in FALLBACKS.items():
        assert sorted((language, *order)) == sorted(LANGUAGES)


def test_a_changed_source_text_makes_untouched_translations_outdated_and_spares_new_ones() -> None:
    old = MultilingualText.of("ru", ru="Заказник", en="Refuge", mn="Дархан газар")
    new = MultilingualText.of("ru", ru="Национальный парк", en="National park", mn="Дархан газар")
    revised = old.revised(new)
    assert revised.texts["en"].status == Status.REVIEWED
    assert revised.texts["mn"].status == Status.OUTDATED


def test_an_unknown_language_or_status_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        MultilingualText.from_json({"source": "en", "texts": {"fr": {"text": "Parc"}}})
    with pytest.raises(ValueError, match="perfect"):
        MultilingualText.from_json({"source": "en", "texts": {"en": {"text": "Park", "status": "perfect"}}})


def test_the_form_refuses_a_source_language_without_text() -> None:
    data = {"name-source": "ru", "name-en": "Park", "name-en-status": "draft"}
    text = MultilingualWidget().value_from_datadict(data, {}, "name")
    with pytest.raises(ValidationError):
        MultilingualFormField().clean(text)


@pytest.mark.parametrize("wrong", ["13", "2013-13", "2013-02-30", "2013-9-1", "9 May 2013", "2013-"])
def test_a_date_that_is_none_is_refused_with_the_right_shape_in_the_message(wrong: str) -> None:
    with pytest.raises(ValidationError, match="2013-09-20"):
        reduced_date(wrong)


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "24 October 2018"), ("ru", "24 октября 2018"), ("zh-hans", "2018年10月24日"), ("mn", "2018")],
)
def test_a_day_is_written_as_the_language_writes_it(language: str, day: str) -> None:
    assert day in written("2018-10-24", language)


def test_a_year_stays_a_year() -> None:
    assert written("2018", "en") == "2018"


@given(st.sampled_from(LANGUAGES), st.text(max_size=200))
def test_a_slug_is_one_path_segment(language: str, text: str) -> None:
    slug = slug_of(text, language)
    assert "/" not in slug and "?" not in slug and "#" not in slug and " " not in slug
    assert len(slug) <= 100
