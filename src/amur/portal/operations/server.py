"""The web server: granian with several worker processes, each with Django behind the page cache.

On Linux the parent imports the site once and the workers are forked from it, which halves the time to the
first page on a small computer and shares memory; elsewhere each worker imports for itself. Called by
`amur run` and `amur serve`.
"""

import ctypes
import errno
import http.client
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from amur.portal.operations import data_folder
from amur.portal.operations.problems import Problem, _

PATIENCE_S: Final = 120.0
KILL_AFTER_S: Final = 10
PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True)
class Server:
    """Where and with how much the site is served. `threads` are per worker; SQLite and Python's lock
    leave little to gain beyond two workers with two threads on a small computer."""

    data: Path
    host: str
    port: int
    workers: int = 2
    threads: int = 2
    access_log: bool = False
    quiet: bool = False


def require_free_port(host: str, port: int) -> None:
    """Raises Problem when the address is taken or not this machine's.

    granian shares its port with whoever else listens there, so a forgotten server would silently take
    half of the visitors: only a plain `bind` tells.
    """
    try:
        family, kind, _proto, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError as error:
        raise Problem(
            _("Port {port} is reserved for the system. Choose one above 1023, such as: --port 8000").format(
                port=port
            )
        ) from error
    except socket.gaierror as error:
        raise Problem(_("--host {host} is no address of this computer.").format(host=host)) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem(
                _("Port {port} is in use by another program. Choose another, such as: --port {other}").format(
                    port=port, other=port + 1
                )
            ) from error
        raise Problem(
            _("Nothing can listen at {host}:{port} ({reason}).").format(
                host=host, port=port, reason=error.strerror
            )
        ) from error


def serve(server: Server, when_ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; `when_ready` is called once, when the first page can be asked for."""
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)
        _site()
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server as Granian

    granian = Granian(
        "amur.portal.wsgi:application",
        address=server.host,
        port=server.port,
        interface=Interfaces.WSGI,
        workers=server.workers,
        blocking_threads=server.threads,
        backlog=1024,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        log_level=LogLevels.warning if server.quiet else LogLevels.info,
        log_access=server.access_log,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER_S,
    )
    announcer = threading.Thread(target=_announce, args=(server, when_ready), daemon=True)
    granian.on_startup(announcer.start)
    busy = _("{folder} is being restored. Wait until that is done.").format(folder=server.data)
    with data_folder.locked(server.data / data_folder.IN_USE, alone=False, otherwise=busy):
        granian.serve(target_loader=_load)


def _load(target: str) -> Any:
    """Run in each worker: what it serves."""
    _end_with_parent()
    return _site()


@cache
def _site() -> Any:
    """The site with its static files in front, with all of its addresses imported, and no open connection."""
    from django.db import connections
    from django.urls import get_resolver

    from amur.portal.operations.static_files import StaticFiles
    from amur.portal.wsgi import application

    get_resolver().url_patterns  # noqa: B018  # imports them
    connections.close_all()
    return StaticFiles(application, Path(os.environ["AMUR_DATA"]) / data_folder.STATIC)


def _end_with_parent() -> None:
    """Ask the kernel to end this worker when its parent is killed, so that nothing is left behind."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


def _announce(server: Server, when_ready: Callable[[], None]) -> None:
    """Wait for the first answer. Sleeps before it does anything: the workers are forked meanwhile."""
    deadline = time.monotonic() + PATIENCE_S
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(server.host, server.host)  # noqa: S104
    while time.monotonic() < deadline:
        time.sleep(0.1)
        connection = http.client.HTTPConnection(host, server.port, timeout=30)
        try:
            connection.request("GET", "/health", headers={"Host": "localhost"})
            connection.getresponse()
        except OSError:
            continue
        finally:
            connection.close()
        when_ready()
        return
