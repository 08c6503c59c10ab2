"""Numbers to text with ten significant digits and back, fast: a million cells in a tenth of a second.

Text becomes the nearest number: fifteen digits and a power of ten up to 22 are exact in double precision, so
one product or quotient rounds once (Clinger 1990, doi 10.1145/93542.93557). Anything else is left to
the slower way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

_WIDEST = 20
_PIECE = 1 << 18
_TENS = np.array([float(f"1e{power}") for power in range(23)])


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


def plain_numbers(text: bytes, count: int) -> NDArray[np.float64] | None:
    """The `count` numbers of a text with blanks between them, None where anything is not quite plain.

    >>> plain_numbers(b"1 -2.5\\n3e-2\\n", 3).tolist()
    [1.0, -2.5, 0.03]
    >>> plain_numbers(b"1 x", 2) is None
    True
    """
    found = np.empty(count)
    read = _read_numbers(np.frombuffer(text, dtype=np.uint8), found, _TENS)
    return found if read == count else None


@numba.njit(cache=True, nogil=True)
def _read_numbers(text: Any, out: Any, tens: Any) -> int:
    """How many numbers were read; -1 where one is not plain, or where there are more than fit."""
    place, count, size = 0, 0, text.size
    while True:
        while place < size and (text[place] == 32 or 9 <= text[place] <= 13):
            place += 1
        if place == size:
            return count
        if count == out.size:
            return -1
        negative = text[place] == 45
        if negative or text[place] == 43:
            place += 1
        mantissa, digits, shift, point, any_digit = np.int64(0), 0, 0, False, False
        while place < size:
            letter = text[place]
            if 48 <= letter <= 57:
                mantissa = 10 * mantissa + np.int64(letter - 48)
                digits += 1 if mantissa else 0
                any_digit = True
                shift -= 1 if point else 0
                if digits > 15:
                    return -1
            elif letter == 46 and not point:
                point = True
            else:
                break
            place += 1
        if not any_digit:
            return -1
        if place < size and (text[place] == 101 or text[place] == 69):
            place += 1
            below = place < size and text[place] == 45
            if place < size and (text[place] == 45 or text[place] == 43):
                place += 1
            power, begun = 0, place
            while place < size and 48 <= text[place] <= 57 and power < 1000:
                power = 10 * power + int(text[place] - 48)
                place += 1
            if place == begun:
                return -1
            shift += int(-power if below else power)
        if place < size and not (text[place] == 32 or 9 <= text[place] <= 13):
            return -1
        if mantissa and not -22 <= shift <= 22:
            return -1
        value = np.float64(mantissa)
        if mantissa:
            value = value * tens[shift] if shift >= 0 else value / tens[-shift]
        out[count] = -value if negative else value
        count += 1


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
