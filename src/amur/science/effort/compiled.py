"""How the kernels of effort are compiled: the arithmetic as it is written, kept on disk, without the lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from amur.science.circuits.compiled import strict

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile a function when it is first called; its types stay what they are."""
    return cast(F, strict(function))
