"""A proxy between an IMAP client and a server that notes the commands, and cuts the connection at one of them."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from typing import IO, Literal

How = Literal["before", "half", "unanswered", "half-answered"]
WAYS: tuple[How, ...] = ("before", "half", "unanswered", "half-answered")
"""The command does not reach the server; half of it does; the server has done it, but its answer is lost, or half."""
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n\Z")


class Cut:
    """Passes whole commands and whole answers on, one after the other, until it is told to cut."""

    def __init__(self, target: int, listen: int = 0) -> None:
        self.commands: list[str] = []
        """Names of all commands since `at` was last called: "UID MOVE", "LOGIN"."""
        self.done = False
        """Whether the cut that was asked for took place."""
        self._target = target
        self._number = 0
        self._how: How = "before"
        self._listener = socket.create_server(("127.0.0.1", listen))
        self._open: list[socket.socket] = [self._listener]
        self.port = int(self._listener.getsockname()[1])

    def at(self, number: int, how: How) -> None:
        """Cut at the command of this number, from 1, counted from now; never with 0."""
        self.commands, self.done, self._number, self._how = [], False, number, how

    def close(self) -> None:
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
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
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.sendall(_line(answers))
            while self._pass(_line(asks), asks, answers, client, server):
                pass

    def _pass(
        self, line: bytes, asks: IO[bytes], answers: IO[bytes], client: socket.socket, server: socket.socket
    ) -> bool:
        """One command and its answer. Whether the connection goes on."""
        tag, *words = line.split()
        name = b" ".join(words[: 2 if words[0].upper() == b"UID" else 1]).decode().upper()
        self.commands.append(name)
        how = self._how if len(self.commands) == self._number else None
        self.done |= how is not None
        if how == "before":
            return False
        while (literal := _LITERAL.search(line)) is not None:
            server.sendall(line)
            if not literal[2]:
                told = _line(answers)
                client.sendall(told)
                if not told.startswith(b"+"):
                    return True
            octets = asks.read(int(literal[1]))
            if how == "half":
                server.sendall(octets[: len(octets) // 2])
                return False
            server.sendall(octets)
            line = _line(asks)
        server.sendall(line[: len(line) // 2] if how == "half" else line)
        if how == "half":
            return False
        if name == "IDLE":
            client.sendall(_line(answers))
            over = threading.Thread(target=_until, args=(tag, answers, client), daemon=True)
            over.start()
            server.sendall(_line(asks))  # DONE
            over.join()
            return True
        answer = _until(tag, answers, None if how else client)
        if how == "half-answered":
            client.sendall(answer[: len(answer) // 2])
        return how is None and name != "LOGOUT"


def _line(file: IO[bytes]) -> bytes:
    line = file.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return line


def _until(tag: bytes, answers: IO[bytes], client: socket.socket | None) -> bytes:
    """Everything up to the tagged answer, passed on if there is a client to pass it to."""
    whole = b""
    with contextlib.suppress(OSError, EOFError):
        while True:
            line = part = _line(answers)
            while (literal := _LITERAL.search(part)) is not None:
                part = _line_after(int(literal[1]), answers)
                line += part
            whole += line
            if client is not None:
                client.sendall(line)
            if line.startswith(tag + b" "):
                break
    return whole


def _line_after(octets: int, file: IO[bytes]) -> bytes:
    return file.read(octets) + _line(file)


@contextlib.contextmanager
def between(port: int, listen: int = 0) -> Iterator[Cut]:
    """A proxy to a server on loopback, ended at the end; at the port `listen`, or a free one."""
    cut = Cut(port, listen)
    thread = threading.Thread(target=cut.accept, daemon=True)
    thread.start()
    try:
        yield cut
    finally:
        cut.close()
        thread.join(5)
