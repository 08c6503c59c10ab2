"""Numbers to text with ten significant digits, fast: a raster of a million cells in a tenth of a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

_WIDEST = 20
_PIECE = 1 << 18
_TENS = 10.0 ** np.arange(0, 23)


def formatted_rows(values: NDArray[np.float64], nodata: float) -> Iterator[bytes]:
    """Rows as lines of numbers with blanks between them, NaN as `nodata`; some rows at a time.

    >>> b"".join(formatted_rows(np.array([[1.0, np.nan], [0.25, 1.5e-12]]), -9999.0))
    b'1 -9999\\n0.25 1.5e-12\\n'
    """
    columns = max(values.shape[1], 1)
    step = max(1, _PIECE // columns)
    empty = np.frombuffer(f"{nodata:.10g}".encode("ascii"), dtype=np.uint8).copy()
    room = np.empty(step * (columns * max(_WIDEST, empty.size + 1) + 1), dtype=np.uint8)
    for start in range(0, values.shape[0], step):
        rows = np.ascontiguousarray(values[start : start + step], dtype=np.float64)
        size = _write_rows(rows, empty, room, _TENS)
        yield room[:size].tobytes()


@numba.njit(cache=True, nogil=True)
def _write_rows(rows: Any, empty: Any, room: Any, tens: Any) -> Any:
    position = 0
    for row in range(rows.shape[0]):
        for column in range(rows.shape[1]):
            if column:
                room[position] = 32
                position += 1
            value = rows[row, column]
            if np.isnan(value):
                for place in range(empty.size):
                    room[position + place] = empty[place]
                position += empty.size
            else:
                position = _write_number(value, room, position, tens)
        room[position] = 10
        position += 1
    return position


@numba.njit(cache=True, nogil=True)
def _write_number(value: float, room: Any, position: Any, tens: Any) -> Any:
    if value == 0.0:
        room[position] = 48
        return position + 1
    if value < 0:
        room[position] = 45
        position += 1
        value = -value
    if np.isinf(value):
        room[position], room[position + 1], room[position + 2] = 105, 110, 102
        return position + 3
    exponent = int(np.floor(np.log10(value)))
    digits = _scaled(value, 9 - exponent, tens)
    if digits >= 10_000_000_000:
        exponent += 1
        digits = _scaled(value, 9 - exponent, tens)
    elif digits < 1_000_000_000:
        exponent -= 1
        digits = _scaled(value, 9 - exponent, tens)
        if digits >= 10_000_000_000:  # 9.9999999999 rounds up to the next power
            exponent += 1
            digits = 1_000_000_000
    count = 10
    while count > 1 and digits % 10 == 0:
        digits //= 10
        count -= 1
    if -5 <= exponent < 10:
        return _write_plain(digits, count, exponent, room, position)
    return _write_exponent(digits, count, exponent, room, position)


@numba.njit(cache=True, nogil=True)
def _scaled(value: float, shift: int, tens: Any) -> Any:
    """value * 10**shift, rounded."""
    while shift > 22:
        value *= 1e22
        shift -= 22
    while shift < -22:
        value /= 1e22
        shift += 22
    value = value * tens[shift] if shift >= 0 else value / tens[-shift]
    return int(np.rint(value))


@numba.njit(cache=True, nogil=True)
def _write_plain(digits: int, count: int, exponent: int, room: Any, position: Any) -> Any:
    if exponent < 0:
        room[position], room[position + 1] = 48, 46
        position += 2
        for _ in range(-1 - exponent):
            room[position] = 48
            position += 1
        return _write_digits(digits, count, count, room, position)
    if count <= exponent + 1:
        position = _write_digits(digits, count, count, room, position)
        for _ in range(exponent + 1 - count):
            room[position] = 48
            position += 1
        return position
    return _write_digits(digits, count, exponent + 1, room, position)


@numba.njit(cache=True, nogil=True)
def _write_exponent(digits: int, count: int, exponent: int, room: Any, position: Any) -> Any:
    position = _write_digits(digits, count, 1, room, position)
    room[position] = 101
    position += 1
    room[position] = 45 if exponent < 0 else 43
    position += 1
    exponent = abs(exponent)
    return _write_digits(exponent, 3 if exponent > 99 else 2, 3, room, position)


@numba.njit(cache=True, nogil=True)
def _write_digits(digits: int, count: int, before: int, room: Any, position: Any) -> Any:
    """`count` digits, with a point after `before` of them where more follow."""
    size = count + (1 if before < count else 0)
    place = position + size - 1
    for number in range(count, 0, -1):
        room[place] = 48 + digits % 10
        digits //= 10
        place -= 1
        if number - 1 == before:
            room[place] = 46
            place -= 1
    return position + size
