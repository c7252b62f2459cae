"""Waits for the browser's answer: an HTTP server on loopback for one redirect (RFC 8252 7.3), or the address pasted."""

from __future__ import annotations

import contextlib
import queue
import select
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = dict[str, str]
"""The parameters of the redirect: `code` and `state`, or `error`."""
_DONE = "Salver has its answer. Close this page and go back to the terminal."
_NOT_GIVEN = "No access was given. Close this page and go back to the terminal."
_LONGEST_ADDRESS = 20_000


class Waiting:
    """A redirect that is waited for; `port` is where."""

    def __init__(self, server: ThreadingHTTPServer, answers: queue.Queue[Answer]) -> None:
        self.port = int(server.server_address[1])
        self._answers = answers

    def answer(self, seconds: float) -> Answer | None:
        """None: nothing came in this time."""
        with contextlib.suppress(queue.Empty):
            return self._answers.get(timeout=seconds)
        return None


@contextlib.contextmanager
def waiting(paste: bool = False) -> Iterator[Waiting]:
    """Listen on a free port of loopback. With `paste`, a line of standard input may bring the address as well."""
    answers: queue.Queue[Answer] = queue.Queue()

    class Redirect(BaseHTTPRequestHandler):
        timeout = 10  # browsers open connections ahead on which nothing may ever come

        def do_GET(self) -> None:
            found = _answer_in(self.path)
            self._reply(404 if found is None else 200, _NOT_GIVEN if found and "error" in found else _DONE)
            if found is not None:
                answers.put(found)

        def _reply(self, status: int, words: str) -> None:
            page = f"<!doctype html><meta charset=utf-8><title>Salver</title><p>{words if status == 200 else ''}"
            self.send_response(status)
            for name, value in (
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(page.encode()))),
                ("Cache-Control", "no-store"),
                ("Referrer-Policy", "no-referrer"),  # the page's own address holds the code
                ("Connection", "close"),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: Any) -> None:
            """The address holds the code: nothing is logged."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: Any) -> None:
            """A browser that hangs up is no matter."""

    over = threading.Event()
    with Server(("127.0.0.1", 0), Redirect) as server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        if paste:
            threading.Thread(target=_pasted, args=(answers, over), daemon=True).start()
        try:
            yield Waiting(server, answers)
        finally:
            over.set()
            server.shutdown()


def _answer_in(address: str) -> Answer | None:
    """None where this is no answer: a browser also asks for an icon, or visits the bare address."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    found = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return found if parts.path in ("", "/") and ("code" in found or "error" in found) else None


def _pasted(answers: queue.Queue[Answer], over: threading.Event) -> None:
    """Lines of standard input, until one is an answer, they end, or it came by the browser."""
    while not over.is_set():
        try:
            ready, _, _ = select.select([sys.stdin], [], [], 0.2)
        except (OSError, ValueError):  # no real file: nobody can paste
            return
        if ready:
            line = sys.stdin.readline(_LONGEST_ADDRESS)
            if not line:
                return
            found = _answer_in(line)
            if found is not None:
                answers.put(found)
                return
