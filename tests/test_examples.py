"""The examples in the documentation of the code run and are true."""

import doctest
import importlib
from pathlib import Path

import pytest

import amur

ROOT = Path(amur.__file__).parent
MODULES = sorted(
    ".".join(("amur", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    for path in ROOT.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert found.attempted > 0
    assert found.failed == 0


def test_examples_are_found() -> None:
    assert len(MODULES) > 20
