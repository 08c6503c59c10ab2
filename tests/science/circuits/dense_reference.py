"""A slow and plain reference for circuits on small rasters: every rule written out, dense matrices."""

from __future__ import annotations

import itertools

import numpy as np


class Dense:
    """Nodes of a raster with short-circuit regions and merged groups, and the dense Laplacian."""

    def __init__(self, conductance, neighbours, average, polygons=None, groups=()):
        self.conductance = g = np.asarray(conductance, float)
        rows, columns = g.shape
        parent = list(range(g.size))

        def root(cell):
            while parent[cell] != cell:
                cell = parent[cell]
            return cell

        clusters = [list(group) for group in groups]
        if polygons is not None:
            clusters += [np.flatnonzero(polygons.ravel() == k).tolist() for k in np.unique(polygons) if k > 0]
        for cluster in clusters:
            for cell in cluster[1:]:
                parent[root(cell)] = root(cluster[0])
        roots = np.array([root(cell) for cell in range(g.size)])
        alive = np.unique(roots[g.ravel() > 0])
        number = {int(r): k for k, r in enumerate(alive)}
        self.node = np.array([number.get(int(r), -1) for r in roots])
        self.size = len(alive)
        self.matrix = np.zeros((self.size, self.size))
        steps = [(0, 1), (1, 0)] + ([(1, 1), (1, -1)] if neighbours == 8 else [])
        self.edges = []
        for row, column, (down, right) in itertools.product(range(rows), range(columns), steps):
            r, c = row + down, column + right
            if not (r < rows and 0 <= c < columns) or g[row, column] <= 0 or g[r, c] <= 0:
                continue
            a, b = g[row, column], g[r, c]
            joined = (a + b) / 2 if average == "conductance" else 1 / ((1 / a + 1 / b) / 2)
            if down and right:
                joined /= np.sqrt(2)
            one, other = self.node[row * columns + column], self.node[r * columns + c]
            if one != other:
                self.edges.append((one, other, joined))
                self.matrix[one, one] += joined
                self.matrix[other, other] += joined
                self.matrix[one, other] -= joined
                self.matrix[other, one] -= joined
        self.component = self._components()

    def _components(self):
        label = np.arange(self.size)
        changed = True
        while changed:
            changed = False
            for one, other, _joined in self.edges:
                least = min(label[one], label[other])
                if label[one] != least or label[other] != least:
                    label[one] = label[other] = least
                    changed = True
        return label

    def at(self, cells):
        """The node of a group of cells, -1 without data."""
        return max(self.node[cell] for cell in cells)

    def solve(self, injected, fixed=(), grounds=None):
        """Voltages (nodes,) with some nodes at 0 V; components that nothing feeds or holds stay at 0."""
        matrix = self.matrix + (np.diag(grounds) if grounds is not None else 0)
        volts = np.zeros(self.size)
        for label in np.unique(self.component):
            members = np.flatnonzero(self.component == label)
            free = [node for node in members if node not in set(fixed)]
            held = len(free) < len(members) or (grounds is not None and grounds[members].any())
            if not np.any(np.asarray(injected)[members]) or not free:
                continue
            if not held:
                assert abs(np.sum(np.asarray(injected)[members])) < 1e-9
                free = free[1:]
            volts[free] = np.linalg.solve(matrix[np.ix_(free, free)], np.asarray(injected)[free])
        return volts

    def currents(self, volts, leaving=None):
        """Currents (nodes,): the larger of inflow and outflow."""
        inflow, outflow = np.zeros(self.size), np.zeros(self.size)
        for one, other, joined in self.edges:
            current = joined * (volts[one] - volts[other])
            if current > 0:
                outflow[one] += current
                inflow[other] += current
            else:
                inflow[one] -= current
                outflow[other] -= current
        if leaving is not None:
            outflow += np.maximum(leaving, 0)
            inflow += np.maximum(-leaving, 0)
        return np.maximum(inflow, outflow)

    def spread(self, nodes):
        """Values per node as a raster."""
        values = np.append(nodes, 0.0)[self.node]
        return values.reshape(self.conductance.shape)
