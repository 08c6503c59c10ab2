"""How texts become tokens: forms of one word in each language give one token."""

import pytest

from amur.portal.languages.codes import Language
from amur.portal.search import mongolian
from amur.portal.search.analysing import han_phrase, normalised, readings, token, tokens, words


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "tiger tigers tiger's Tiger TIGERS"),
        ("en", "nest nests nested nesting"),
        ("ru", "тигр тигра тигры тигров тиграми"),
        ("ru", "ловушка ловушки ловушек ловушками"),
        ("ru", "самец самца самцы"),
        ("ru", "зелёный зеленый зелёного"),
        ("mn", "бар барын барыг бараас барт бартай баруудыг"),
        ("mn", "буга буган бугын бугыг бугаас"),
        ("mn", "ирвэс ирвэсийн ирвэсийг ирвэсүүд"),
        ("mn", "газар газрын газарт газраас"),
        ("mn", "мөрөн мөрний мөрнөөс"),
        ("mn", "байгаль байгалийн"),
        ("mn", "хамгаалагч хамгаалагчид хамгаалагчдын"),
        ("mn", "нутагшуулах нутагшуулав нутагшуулсан нутагшуулжээ"),
    ],
)
def test_the_forms_of_a_word_have_one_token(language: Language, forms: str) -> None:
    found = {form: token(normalised(form), language) for form in forms.split()}
    assert len(set(found.values())) == 1, found


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "deer", "door"),
        ("ru", "олень", "осётр"),
        ("mn", "бар", "барилга"),
        ("mn", "бүс", "буга"),
        ("mn", "зээр", "зээл"),
        ("mn", "тогоруу", "тогоо"),
    ],
)
def test_different_words_keep_different_tokens(language: Language, one: str, other: str) -> None:
    assert token(one, language) != token(other, language)


def test_a_mongolian_ending_whose_vowels_do_not_fit_belongs_to_the_word() -> None:
    assert mongolian.stem("сургуулиас") == mongolian.stem("сургууль")
    assert mongolian.stem("морьтой") == mongolian.stem("морь")
    assert not mongolian.stem("өвтөйк").endswith("өв")  # no ending at all


def test_a_mongolian_stem_keeps_three_letters_and_a_vowel() -> None:
    for word in ("бар", "аас", "гаар", "ийн", "нөөс", "гүүд", "талаас", "усны", "ан", "с"):
        stem = mongolian.stem(word)
        assert stem and (len(stem) >= 3 or stem == word), (word, stem)


def test_chinese_gives_each_character_and_each_pair() -> None:
    assert tokens("东北虎", "zh-hans") == ["东", "东北", "北", "北虎", "虎"]
    assert tokens("虎2号 tiger", "zh-hans") == ["虎", "2", "号", "tiger"]


def test_the_phrase_of_a_run_stands_in_the_tokens_of_every_text_with_it() -> None:
    for run in ("虎", "老虎", "东北虎", "东北虎豹国家公园"):
        text = tokens(f"我国的{run}很多", "zh-hans")
        phrase = list(han_phrase(run))
        assert any(text[place : place + len(phrase)] == phrase for place in range(len(text))), run


def test_letters_that_look_alike_are_one() -> None:
    assert tokens("Ｔｉｇｅｒ", "en") == tokens("tiger", "en")
    assert tokens("за\u0301поведник", "ru") == tokens("заповедник", "ru")
    assert tokens("за\u00adповедник", "ru") == tokens("заповедник", "ru")
    assert tokens("Nömrög", "en") == tokens("Nomrog", "en")
    assert token("й", "ru") == "й"  # a letter of its own, not an и with a mark


def test_punctuation_is_shown_as_it_was_written() -> None:
    assert normalised("东北虎，２只（2019）。") == "东北虎，2只（2019）。"


def test_numbers_and_names_with_digits_stay_as_they_are() -> None:
    assert tokens("Leo 95F, 2019", "en") == ["leo", "95f", "2019"]


def test_letters_tell_the_languages_a_word_may_be_written_in() -> None:
    assert readings("тигр") == ("ru", "mn")
    assert readings("өвөл") == ("mn",)
    assert readings("Panthera") == ("en",)


def test_words_know_their_places() -> None:
    text = normalised("The stork's nest: 白鹳巢.")
    for word in words(text):
        assert text[word.start : word.end] == word.text
    assert [word.text for word in words(text)] == ["The", "stork's", "nest", "白鹳巢"]
