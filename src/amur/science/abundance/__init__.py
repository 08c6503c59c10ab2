"""How much prey there is, from tracks, distances, repeated visits and encounters with cameras.

Every method takes checked data, has a `fit` and gives a result whose figures are `Estimate`s.

- `tracks.py`, `harvest.py`: winter track counts (Formozov-Malyshev-Pereleshin, the Russian ZMU); quotas.
- `distance.py`, `detection.py`, `adequacy.py`, `distance_density.py`: distance sampling on lines, at points
  and at camera traps.
- `occupancy.py`, `counts.py`, `distance_counts.py`: occupancy, Royle-Nichols, N-mixture, counts by distance.
- `encounter.py`: the random encounter model.
- `estimates.py`, `sampling.py`, `search.py`, `linear.py`: intervals, variance between samples, the search for
  a maximum, formulas; used by all of them.
"""
