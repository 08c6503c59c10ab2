"""What a run needs, in words: bytes, time, and whether the disk has room."""

from __future__ import annotations

import shutil
from pathlib import Path

from amur.portal.operations.problems import Problem, _


def require_room(folder: Path, needed: float) -> None:
    """Raises `Problem` where the disk of a folder, which need not exist yet, has no room for the results."""
    free = free_bytes(folder)
    if needed > free:
        raise Problem(
            _("The results need about {needed} and only {free} are free in {folder}.").format(
                needed=size_text(needed), free=size_text(free), folder=folder
            )
        )


def cost_line(memory: float, seconds: float) -> str:
    """The line of the estimate about memory in bytes and time."""
    return _("about {memory} of memory, {time} of computing").format(
        memory=size_text(memory), time=time_text(seconds)
    )


def free_bytes(folder: Path) -> int:
    """Free space where the results go; the nearest folder that exists counts."""
    while not folder.is_dir():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def size_text(size: float) -> str:
    """A number of bytes for people.

    >>> size_text(3_400_000), size_text(12), size_text(2_600_000_000)
    ('3 MB', '1 kB', '2.6 GB')
    """
    if size >= 1e9:
        return f"{size / 1e9:.1f} GB"
    if size >= 1e6:
        return f"{size / 1e6:.0f} MB"
    return f"{max(size / 1e3, 1):.0f} kB"


def time_text(seconds: float) -> str:
    """A duration for people.

    >>> time_text(0.2), time_text(75), time_text(20_000)
    ('1 s', '1 min 15 s', '5 h 33 min')
    """
    whole = max(round(seconds), 1)
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=whole % 60)
    return _("{hours} h {minutes} min").format(hours=whole // 3600, minutes=whole % 3600 // 60)
