"""How the kernels are compiled: with numba, kept on disk, without the interpreter's lock.

Two ways of arithmetic. `jit` lets the compiler take sums in another order and join products with sums, which
is what makes reductions fast; two machine codes of one function may then differ in the last bits. `strict`
keeps the arithmetic as it is written, so that a kernel gives the same bits in each process and on each
machine.
"""

from __future__ import annotations

from typing import Any

from numba import njit

# Infinite values stand for cells without data and must keep their meaning: no "ninf", no "nnan".
FAST = {"contract", "reassoc", "nsz", "arcp"}
_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}

jit = njit(fastmath=FAST, **_OPTIONS)
strict = njit(**_OPTIONS)
