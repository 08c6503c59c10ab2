"""How a visitor's words become a question: concepts, phrases, what is left out."""

from amur.portal.search.asking import MAX_GROUPS, Phrase, Reach, ask
from amur.portal.search.concepts import terms
from amur.portal.search.lexicon import Concept, build

TIGER = Concept(
    "tiger",
    (
        ("en", "tiger"),
        ("en", "Amur tiger"),
        ("ru", "тигр"),
        ("zh-hans", "虎"),
        ("zh-hans", "老虎"),
        ("mn", "бар"),
    ),
)
PARK = Concept("park", (("zh-hans", "东北虎豹国家公园"), ("en", "Tiger and Leopard Park")))
LEXICON = build([TIGER, PARK])


def others(text: str) -> set[tuple[str, ...]]:
    return {phrase.tokens for group in ask(text, LEXICON).groups for phrase in group.others}


def test_a_concept_is_looked_for_under_all_its_names() -> None:
    everything = {("tiger",), ("тигр",), ("虎",), ("бар",)}
    for said in ("tigers", "тигра", "барын", "虎"):
        assert {*others(said), *(one.tokens for one in ask(said, LEXICON).groups[0].own)} >= everything, said
    assert others("老虎") == everything


def test_a_name_that_holds_a_shorter_one_adds_nothing() -> None:
    assert ("老虎",) not in others("tiger") and ("amur", "tiger") not in others("tiger")


def test_the_longest_name_wins_and_common_words_inside_it_do_not_matter() -> None:
    for said in ("tiger and leopard park", "tiger leopard park"):
        question = ask(said, LEXICON)
        assert len(question.groups) == 1, said
    assert len(ask("tiger park", LEXICON).groups) == 2


def test_a_run_of_chinese_is_cut_at_known_names() -> None:
    assert [group.said for group in ask("东北虎豹国家公园的虎", LEXICON).groups] == [
        ("东北虎豹国家公园",),
        ("虎",),
    ]
    assert [group.said for group in ask("老虎数量", LEXICON).groups] == [("老虎",), ("数量",)]


def test_common_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert [group.said for group in ask("where is the tiger", LEXICON).groups] == [("tiger",)]
    assert [group.said for group in ask("the", LEXICON).groups] == [("the",)]


def test_a_cyrillic_word_is_read_in_both_languages() -> None:
    own = ask("бугын", LEXICON).groups[0].own
    assert {phrase.tokens for phrase in own} >= {("буг",)} and len(own) == 2


def test_parts_are_looked_for_only_as_the_last_resort() -> None:
    group = ask("reserves", LEXICON).groups[0]
    assert Phrase(("reserv",), True) in group.alternatives(Reach.LOOSE)
    assert Phrase(("reserv",), True) not in group.alternatives(Reach.WIDE)


def test_a_question_has_an_end() -> None:
    assert ask("", LEXICON).groups == () and ask("?! ...", LEXICON).groups == ()
    assert len(ask("word " * 1000, LEXICON).groups) <= MAX_GROUPS
    assert len(ask("虎" * 1000, LEXICON).groups) <= MAX_GROUPS


def test_the_terms_of_the_field_have_names_in_all_languages() -> None:
    for concept in terms():
        assert {language for language, _name in concept.names} == {"en", "ru", "zh-hans", "mn"}, concept.key
