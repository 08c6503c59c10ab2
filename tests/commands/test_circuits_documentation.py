"""The manual for planners names every setting and every word of a short job."""

from pathlib import Path

from amur.formats.circuitscape import KEYS
from amur.formats.circuitscape.toml import WORDS

MANUAL = (Path(__file__).parents[2] / "docs" / "circuits.md").read_text(encoding="utf-8")


def test_every_key_is_in_the_manual() -> None:
    assert [key for key in KEYS if f"`{key}`" not in MANUAL] == []


def test_every_word_of_a_short_job_is_in_the_manual() -> None:
    assert [word for word in WORDS if word not in MANUAL] == []
