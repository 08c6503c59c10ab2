"""AmurInfoCenter: an open information centre for a transboundary ecoregion."""

__version__ = "0.1.0"
