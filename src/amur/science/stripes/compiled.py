"""How the kernels of this folder are compiled: with numba, kept on disk, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(function: Kernel) -> Kernel:
    """The function as machine code, made at its first call; sums keep their order, so answers stay equal."""
    return cast(Kernel, njit(cache=True, nogil=True, error_model="numpy")(function))
