"""How long clients wait for a server: a proxy before it that adds up the seconds between a question and its answer."""

import socket
import threading
import time
from collections import Counter
from contextlib import suppress

_CHUNK = 1 << 16


class Meter:
    """For protocols that ask and are answered in turns on one connection, as Postgres's and HTTP/1.1."""

    def __init__(self, host: str, target: tuple[str, int]) -> None:
        self.waited_s: Counter[str] = Counter()
        """Seconds by the client's address; those of connections that wait at the same time add up."""
        self._target, self._mutex = target, threading.Lock()
        self._listening = socket.create_server((host, 0), backlog=128)
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, (address, *_) = self._listening.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pass, args=(client, str(address)), daemon=True).start()

    def _pass(self, client: socket.socket, address: str) -> None:
        """Its own half in this thread, the server's in another one."""
        server = socket.create_connection(self._target)
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asked: list[float] = []  # at most one: when the question that is not answered began

        def answers() -> None:
            with suppress(OSError):
                while chunk := server.recv(_CHUNK):
                    if asked:
                        with self._mutex:
                            self.waited_s[address] += time.monotonic() - asked.pop()
                    client.sendall(chunk)
                client.shutdown(socket.SHUT_WR)

        threading.Thread(target=answers, daemon=True).start()
        with suppress(OSError):
            while chunk := client.recv(_CHUNK):
                if not asked:
                    asked.append(time.monotonic())
                server.sendall(chunk)
            server.shutdown(socket.SHUT_WR)
