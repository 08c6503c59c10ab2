"""The one error shape: place, code, sentences, parameters; lists count all and keep the first thousand."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from amur.formats.errors import FormatErrors, ProblemList, Wording, shortened

TABLE = {"bad": Wording("“{value}” is bad.", "Write “{better}”.")}


def test_a_problem_tells_the_place_what_is_wrong_and_what_would_be_right() -> None:
    problems = ProblemList(TABLE, "areas.csv")
    problems.error("bad", row=7, column="realm", value="Sea", better="Marine")
    (problem,) = problems.listed
    assert str(problem) == "areas.csv, row 7, column realm: “Sea” is bad. Write “Marine”."
    assert json.loads(json.dumps(problem.as_dict()))["params"] == {"value": "Sea", "better": "Marine"}


def test_warnings_alone_do_not_keep_a_file_out() -> None:
    problems = ProblemList(TABLE, "areas.csv")
    problems.warn("bad", value="a", better="b")
    problems.raise_if_errors()
    problems.error("bad", value="c", better="d")
    with pytest.raises(FormatErrors) as caught:
        problems.raise_if_errors()
    assert [problem.severity for problem in caught.value.problems] == ["error", "warning"]
    assert (len(caught.value.errors), len(caught.value.warnings)) == (1, 1)


def test_a_list_counts_all_and_keeps_its_limit_with_errors_first() -> None:
    problems = ProblemList(TABLE, "areas.csv", limit=3)
    for number in range(10):
        problems.warn("bad", row=number, value="a", better="b")
    problems.error("bad", value="a", better="b")
    assert (problems.error_count, problems.warning_count) == (1, 10)
    assert [problem.severity for problem in problems.listed] == ["error", "warning", "warning"]


def test_a_value_with_braces_cannot_break_a_sentence() -> None:
    problems = ProblemList(TABLE, "areas.csv")
    problems.error("bad", value="{better} {0} %s", better="b")
    assert "“{better} {0} %s” is bad." in str(problems.listed[0])


def test_errors_cross_a_process_pool() -> None:
    problems = ProblemList(TABLE, "areas.csv")
    problems.error("bad", row=2, value="a", better="b")
    error = FormatErrors(problems.listed, 1)
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301  (our own bytes)
        assert str(other) == str(error) and other.problems[0].row == 2


def test_a_shown_cell_is_short_and_on_one_line() -> None:
    assert shortened("a\x00b\u202ec\n" + "d" * 500, 10) == "a b c ddd…"
    assert all(character.isprintable() for character in shortened("\x1b[31m\u202e\n\t"))
