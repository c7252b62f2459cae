"""A proxy between an LMTP client and a server that notes the commands, and cuts or hangs at one of them, once."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import IO, Literal

How = Literal["before", "half", "unanswered", "half-answered", "hang"]
WAYS: tuple[tuple[str, How], ...] = (
    ("LHLO", "before"),
    ("LHLO", "unanswered"),
    ("MAIL", "before"),
    ("RCPT", "unanswered"),
    ("DATA", "before"),
    ("DATA", "unanswered"),
    ("mail", "before"),
    ("mail", "half"),
    ("mail", "unanswered"),
    ("mail", "half-answered"),
)
""""mail" is what follows DATA. It does not reach the server; half of it does; the server has it, but its answer is
lost, or all but two digits."""


class Proxy:
    """Passes whole commands and whole answers on, one after the other."""

    def __init__(self, target: int, listen: int = 0) -> None:
        self.commands: list[str] = []
        """every line of the client's but the mails"""
        self.connections = 0
        self.done = False
        """whether what was asked for took place"""
        self._target = target
        self._what, self._how = "", "before"
        self._listener = socket.create_server(("127.0.0.1", listen))
        self._open: list[socket.socket] = [self._listener]
        self.port = int(self._listener.getsockname()[1])

    def at(self, what: str, how: How) -> None:
        self.done, self._what, self._how = False, what, how

    def close(self) -> None:
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                self._open.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with (
            contextlib.suppress(OSError, EOFError),
            client,
            socket.create_connection(("127.0.0.1", self._target), 20) as server,
            client.makefile("rb") as asks,
            server.makefile("rb") as answers,
        ):
            client.sendall(_answer(answers))
            while True:
                line = _line(asks)
                self.commands.append(line.decode().strip())
                answer = self._pass(line.split()[0].decode().upper(), line, client, server, answers)
                if line.upper().startswith(b"DATA") and answer.startswith(b"354"):
                    self._pass("mail", _mail(asks), client, server, answers)

    def _pass(
        self, what: str, octets: bytes, client: socket.socket, server: socket.socket, answers: IO[bytes]
    ) -> bytes:
        how = self._how if what == self._what and not self.done else ""
        self.done |= bool(how)
        if how == "hang":
            client.recv(1)
        if how in ("before", "hang"):
            raise EOFError
        server.sendall(octets[: len(octets) // 2] if how == "half" else octets)
        if how == "half":
            raise EOFError
        answer = _answer(answers)
        if how != "unanswered":
            client.sendall(answer[:2] if how == "half-answered" else answer)
        if how:
            raise EOFError
        return answer


def _line(file: IO[bytes]) -> bytes:
    line = file.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return line


def _answer(file: IO[bytes]) -> bytes:
    lines = [_line(file)]
    while lines[-1][3:4] == b"-":
        lines.append(_line(file))
    return b"".join(lines)


def _mail(file: IO[bytes]) -> bytes:
    lines = [_line(file)]
    while lines[-1] != b".\r\n" or (len(lines) > 1 and not lines[-2].endswith(b"\r\n")):
        lines.append(_line(file))
    return b"".join(lines)


@contextlib.contextmanager
def between(port: int, listen: int = 0) -> Iterator[Proxy]:
    """A proxy to a server on loopback, ended at the end; at the port `listen`, or a free one."""
    proxy = Proxy(port, listen)
    thread = threading.Thread(target=proxy.accept, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(5)
