"""Exponential and logarithm of whole arrays, written so that the compiler runs them at full vector width.

Both are exact to two units in the last place or so. The exponential splits x = k ln 2 + r and takes a Taylor
polynomial of r, |r| <= ln 2 / 2; 2^k is put together from the bits of a number (the sum with 1.5 * 2^52 has k
in its last bits). The logarithm splits off the power of two in the same way and takes the series of the
inverse hyperbolic tangent.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

from math import exp, expm1, log

import numpy as np
from numba import njit

# Sums may be reordered and products contracted; infinities and NaN keep their meaning.
FAST = {"contract", "reassoc", "nsz", "arcp"}
jit = njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
exact = njit(cache=True, nogil=True, fastmath={"contract"}, error_model="numpy")

MAGIC = 6755399441055744.0
LOG2E = 1.4426950408889634
LN2_HIGH = 6.93145751953125e-1
LN2_LOW = 1.42860682030941723212e-6
SMALLEST = -708.0


@exact
def negative_exponentials(x, out, bits):
    """exp(-x) for x >= 0 into `out`; `bits` is an int64 array of the same length to work in."""
    floats = bits.view(np.float64)
    for m in range(x.size):
        t = max(-x[m], SMALLEST) * LOG2E + MAGIC
        floats[m] = t
        out[m] = t - MAGIC
    for m in range(x.size):
        bits[m] = (bits[m] + 1023) << 52
    for m in range(x.size):
        k = out[m]
        r = (max(-x[m], SMALLEST) - k * LN2_HIGH) - k * LN2_LOW
        r2 = r * r
        r4 = r2 * r2
        low = (1.0 + r) + r2 * (0.5 + r * (1 / 6.0))
        middle = (1 / 24.0 + r * (1 / 120.0)) + r2 * (1 / 720.0 + r * (1 / 5040.0))
        high = (1 / 40320.0 + r * (1 / 362880.0)) + r2 * (1 / 3628800.0 + r * (1 / 39916800.0))
        out[m] = (low + r4 * (middle + r4 * (high + r4 * (1 / 479001600.0)))) * floats[m]


@exact
def logarithms(out, bits):
    """Into `out` the logarithms of the positive numbers whose bits are in `bits`, which is worked in."""
    floats = bits.view(np.float64)
    for m in range(out.size):
        # The exponent above sqrt(1/2), as a number.
        shifted = bits[m] - 0x3FE6A09E667F3BCD
        k = shifted >> 52
        bits[m] = bits[m] - (k << 52)
        out[m] = k
    for m in range(out.size):
        t = (floats[m] - 1.0) / (floats[m] + 1.0)
        t2 = t * t
        p = 1 / 21.0
        p = p * t2 + 1 / 19.0
        p = p * t2 + 1 / 17.0
        p = p * t2 + 1 / 15.0
        p = p * t2 + 1 / 13.0
        p = p * t2 + 1 / 11.0
        p = p * t2 + 1 / 9.0
        p = p * t2 + 1 / 7.0
        p = p * t2 + 1 / 5.0
        p = p * t2 + 1 / 3.0
        p = p * t2 + 1.0
        out[m] = out[m] * LN2_HIGH + (2.0 * t * p + out[m] * LN2_LOW)


@exact
def hazards_of(g, out, bits):
    """-log(1 - g) for 0 <= g < 1 into `out`; `bits` is an int64 array of the same length to work in.

    The rounding of 1 - g is put right to first order, so that small g keep their digits.
    """
    floats = bits.view(np.float64)
    for m in range(g.size):
        floats[m] = 1.0 - g[m]
    logarithms(out, bits)
    for m in range(g.size):
        u = 1.0 - g[m]
        out[m] = -out[m] - ((1.0 - u) - g[m]) / u


@exact
def hazard_rates(squares, sigma, z, exponent, log_v, to_log, bits):
    """The hazard rate s = 1 - e^-v, v = (d / sigma)^-z, from squared distances: -log s into `exponent`, log v
    into `log_v`, d log s / d log v into `to_log`.

    For small v, where 1 - e^-v loses digits, s / v is a series.
    """
    floats = bits.view(np.float64)
    for m in range(squares.size):
        floats[m] = max(squares[m] / sigma**2, 1e-300)
    logarithms(log_v, bits)
    for m in range(squares.size):
        log_v[m] = max(min(-0.5 * z * log_v[m], 6.5), -600.0)
        exponent[m] = -log_v[m]
    negative_exponentials(exponent, to_log, bits)
    for m in range(squares.size):
        squares[m] = to_log[m]
    negative_exponentials(squares, to_log, bits)
    for m in range(squares.size):
        v, rest = squares[m], to_log[m]
        series = 1.0 - v * (0.5 - v * (1 / 6.0 - v * (1 / 24.0 - v * (1 / 120.0 - v * (1 / 720.0)))))
        share = series if v < 0.01 else (1.0 - rest) / v
        floats[m] = share
        to_log[m] = rest / share
    logarithms(exponent, bits)
    for m in range(squares.size):
        exponent[m] = -exponent[m] - log_v[m]


@jit
def excess_series(y):
    """log((e^y - 1) / y) for 0 <= y <= 1, to 2e-14."""
    s = y * y
    p = 9.6e-13 * s - 4.4032e-11
    p = p * s + 1 / 479001600.0
    p = p * s - 1 / 9676800.0
    p = p * s + 1 / 181440.0
    p = p * s - 1 / 2880.0
    p = p * s + 1 / 24.0
    return 0.5 * y + s * p


@jit
def growth_series(y):
    """y / (1 - e^-y) for 0 <= y <= 1."""
    s = y * y
    p = 1.344e-11 * s - 5.28384e-10
    p = p * s + 10 / 479001600.0
    p = p * s - 8 / 9676800.0
    p = p * s + 6 / 181440.0
    p = p * s - 4 / 2880.0
    p = p * s + 2 / 24.0
    return 1.0 + 0.5 * y + s * p


@jit
def excess(y):
    """log((e^y - 1) / y) for y >= 0."""
    if y <= 1.0:
        return excess_series(y)
    return y + log(-expm1(-y)) - log(y)


@jit
def growth(y):
    """y / (1 - e^-y) for y >= 0: the derivative of log(e^y - 1) with respect to log y."""
    if y <= 1.0:
        return growth_series(y)
    return y / (1.0 - exp(-y))
