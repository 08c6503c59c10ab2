"""Moves values between cells of a raster, row by row, and the split rasters of the fast solver."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-any-generics

from __future__ import annotations

import numpy as np

from amur.science.circuits.compiled import jit


@jit
def fill(apart, cells, columns, factor):
    """Copies `cells` (cells, k), times `factor` (k,), to `apart` (k, R + 3, 2, H)."""
    for b in range(cells.shape[1]):
        for i in range(cells.shape[0] // columns):
            at = cells[i * columns : (i + 1) * columns, b]
            for m in range((columns + 1) // 2):
                apart[b, i + 1, 0, m + 1] = at[2 * m] * factor[b]
            for m in range(columns // 2):
                apart[b, i + 1, 1, m + 1] = at[2 * m + 1] * factor[b]


@jit
def put(apart, places, amounts, factor):
    """Adds `amounts` (m, k), times `factor` (k,), at `places` (m,) cells of `apart` (k, ...), flattened."""
    for b in range(apart.shape[0]):
        for at in range(places.size):
            apart[b, places[at]] += amounts[at, b] * factor[b]


@jit
def take(apart, cells, columns, factor, component, offset):
    """Copies `apart` (k, ...), times `factor` (k,), less `offset` (k, components), to `cells` (k, cells)."""
    for b in range(apart.shape[0]):
        for i in range(cells.shape[1] // columns):
            at = cells[b, i * columns : (i + 1) * columns]
            piece = component[i * columns : (i + 1) * columns]
            for m in range((columns + 1) // 2):
                at[2 * m] = apart[b, i + 1, 0, m + 1] * factor[b]
            for m in range(columns // 2):
                at[2 * m + 1] = apart[b, i + 1, 1, m + 1] * factor[b]
            for j in range(columns):
                if piece[j] >= 0:
                    at[j] -= offset[b, piece[j]]


@jit
def means(apart, columns, factor, component, floating):
    """The mean of each floating component (k, components), 0 for others."""
    count = apart.shape[0]
    total = np.zeros((count, floating.size))
    size = np.zeros(floating.size)
    if floating.size == 1:
        for cell in range(component.size):
            size[0] += component[cell] == 0
        for b in range(count):
            flat = apart[b].ravel()
            for at in range(flat.size):
                total[b, 0] += flat[at]
    else:
        for cell in range(component.size):
            if component[cell] >= 0:
                size[component[cell]] += 1
                i, j = cell // columns + 1, cell % columns
                for b in range(count):
                    total[b, component[cell]] += apart[b, i, j % 2, j // 2 + 1]
    for b in range(count):
        for one in range(floating.size):
            used = floating[one] and size[one] > 0
            total[b, one] = factor[b] * total[b, one] / size[one] if used else 0.0
    return total


@jit
def centre(voltages, component, floating):
    """Takes the mean of each floating component away, in place; `voltages` is (k, cells)."""
    for b in range(voltages.shape[0]):
        total, size = np.zeros(floating.size), np.zeros(floating.size)
        for cell in range(component.size):
            if component[cell] >= 0:
                total[component[cell]] += voltages[b, cell]
                size[component[cell]] += 1
        for one in range(floating.size):
            total[one] = total[one] / size[one] if floating[one] and size[one] > 0 else 0.0
        for cell in range(component.size):
            if component[cell] >= 0:
                voltages[b, cell] -= total[component[cell]]


@jit
def norms(vectors):
    """v.v of each of k vectors (k, R + 3, 2, H)."""
    out = np.zeros(vectors.shape[0])
    for b in range(vectors.shape[0]):
        flat = vectors[b].ravel()
        total = 0.0
        for at in range(flat.size):
            total += np.float64(flat[at]) * np.float64(flat[at])
        out[b] = total
    return out


@jit
def dots(a, b):
    """a.b of each pair of k vectors."""
    out = np.zeros(a.shape[0])
    for k in range(a.shape[0]):
        first, second = a[k].ravel(), b[k].ravel()
        total = 0.0
        for at in range(first.size):
            total += first[at] * second[at]
        out[k] = total
    return out
