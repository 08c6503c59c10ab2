"""Where the tiles of a job are computed: here, on the cores of this machine, or on a Dask cluster."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from amur.portal.operations.problems import Problem, _

PATIENCE = 20
"""Seconds that a cluster has to answer."""


def cores() -> int:
    """The cores that this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def on_this_machine(workers: int) -> Iterator[Executor | None]:
    """Threads, for the engine's compiled code lets them run side by side; None for one worker."""
    if workers < 2:
        yield None
        return
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def on_cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """The executor of a Dask cluster and the number of its threads. Raises `Problem` where there is none."""
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        raise Problem(_("--cluster needs Dask: install the program as amur[cluster].")) from error
    try:
        client = distributed.Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise Problem(
            _(
                "No Dask scheduler answers at {address}. Give its address, such as tcp://10.0.0.1:8786."
            ).format(address=address)
        ) from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise Problem(_("The Dask cluster at {address} has no workers.").format(address=address))
        yield client.get_executor(), threads
