"""The manuals for planners name every setting and every word of a short job."""

from pathlib import Path

import pytest

from amur.formats import circuitscape, omniscape
from amur.formats.circuitscape.toml import WORDS as CIRCUIT_WORDS
from amur.formats.omniscape.toml import WORDS as OMNIDIRECTIONAL_WORDS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("manual", "keys", "words"),
    [
        ("circuits.md", circuitscape.KEYS, CIRCUIT_WORDS),
        ("omnidirectional.md", omniscape.KEYS, OMNIDIRECTIONAL_WORDS),
    ],
)
def test_every_key_and_every_word_is_in_the_manual(
    manual: str, keys: dict[str, object], words: tuple[str, ...]
) -> None:
    text = (DOCS / manual).read_text(encoding="utf-8")
    assert [key for key in keys if f"`{key}`" not in text] == []
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("command", ["circuits", "omniscape", "corridors"])
def test_every_option_is_in_the_manual(command: str) -> None:
    manual = {"omniscape": "omnidirectional"}.get(command, command)
    text = (DOCS / f"{manual}.md").read_text(encoding="utf-8")
    assert [option for option in options_of(command) if option not in text] == []


def options_of(command: str) -> list[str]:
    from amur.cli import _parser

    (groups,) = (action for action in _parser()._actions if isinstance(action.choices, dict))
    found = [name for action in groups.choices[command]._actions for name in action.option_strings]
    return [name for name in found if name.startswith("--") and name not in ("--help", "--data")]
