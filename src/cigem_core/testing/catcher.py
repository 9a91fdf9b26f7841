"""Somewhere nothing should come: a socket that takes any connection and keeps every byte it is sent."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType


class Catcher:
    """Listens on a loopback address of its own and answers everyone in the same way.

    with Catcher() as catcher:
        ...
        assert catcher.caught == b""
    """

    def __init__(self, host: str = "127.0.0.1", answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") -> None:
        self._listening = socket.create_server((host, 0))
        self._listening.settimeout(0.05)
        self._answer = answer
        self._bytes = bytearray()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self.connections = 0

    @property
    def host(self) -> str:
        """Where it listens."""
        return str(self._listening.getsockname()[0])

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._listening.getsockname()[1])

    @property
    def caught(self) -> bytes:
        """Every byte that came, whoever sent it."""
        return bytes(self._bytes)

    def __enter__(self) -> Catcher:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping.set()
        self._thread.join()
        self._listening.close()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listening.accept()
            except TimeoutError:
                continue
            self.connections += 1
            with connection, contextlib.suppress(OSError):
                self._catch(connection)

    def _catch(self, connection: socket.socket) -> None:
        connection.settimeout(0.2)
        self._bytes += connection.recv(1 << 20)
        connection.sendall(self._answer)
        while more := connection.recv(1 << 20):
            self._bytes += more
