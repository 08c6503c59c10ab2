"""What the commands of connectivity share: what is kept of a run, and how it tells its progress."""

from pathlib import Path

import numba
import numpy as np
import pytest

from amur.commands.jobs.state import State, hash_of, keeping, take_up
from amur.commands.jobs.wiring import Remaining, telling_of_compilation
from amur.portal.operations.problems import Problem
from amur.science.circuits import Solved

SOLVED = Solved(100, 3, "multigrid", 7, 1e-10, 1e-11)


def test_compiling_is_said_once_and_its_time_does_not_count() -> None:
    said: list[str] = []
    progress = Remaining(lambda done, stage: said.append(stage))

    @numba.njit
    def inner(value: float) -> float:
        return value + 1

    @numba.njit
    def outer(value: float) -> float:
        return inner(value) * 2

    with telling_of_compilation(progress):
        progress(0.0, "reading")
        assert outer(1.0) == 4.0
        progress(0.5, "solving")
        assert outer(2.0) == 6.0
    assert said == ["reading", "compiling the solver for this machine, once", "solving"]


def test_how_systems_were_solved_is_kept_with_their_pieces(tmp_path: Path) -> None:
    state = State(tmp_path / ".state", "hash")
    state.note("1-1", [SOLVED])
    state.put("1-1", np.arange(3.0))
    state.flush()
    again = State(tmp_path / ".state", "hash")
    again.take_up()
    assert again.noted("1-1") == [SOLVED]
    assert again.noted("other") == []


def test_a_long_sum_is_kept_only_as_often_as_it_is_worth(tmp_path: Path) -> None:
    now = [0.0]
    made: list[float] = []

    def make() -> np.ndarray:
        made.append(now[0])
        now[0] += 1.0  # the copy takes a second
        return np.array(made)

    state = State(tmp_path / ".state", "hash", clock=lambda: now[0])
    for start in range(0, 60, 3):
        now[0] = max(now[0], float(start))
        state.checkpoint("sum", make)
    assert made == [0.0, 21.0, 42.0]
    kept = State(tmp_path / ".state", "hash").get("sum")
    assert kept is not None
    assert kept.tolist() == made


def test_what_a_failing_run_holds_back_is_written_and_a_finished_run_leaves_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    state = take_up(State(tmp_path / "out/.state", "hash"), resume=False, say=said.append)
    with pytest.raises(KeyboardInterrupt), keeping(state):
        state.put("piece", np.arange(2.0))
        raise KeyboardInterrupt
    with pytest.raises(Problem, match="have changed"):
        take_up(State(tmp_path / "out/.state", "other"), resume=True, say=said.append)
    again = take_up(State(tmp_path / "out/.state", "hash"), resume=True, say=said.append)
    assert said == ["The interrupted run is resumed."]
    with keeping(again):
        assert again.get("piece") is not None
    assert list((tmp_path / "out").iterdir()) == []


def test_the_hash_tells_settings_and_contents_apart(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("a")
    other.write_text("a")
    same = hash_of({"radius": 3}, {"land": one})
    assert same == hash_of({"radius": 3}, {"land": other})
    other.write_text("b")
    assert len({same, hash_of({"radius": 4}, {"land": one}), hash_of({"radius": 3}, {"land": other})}) == 3
