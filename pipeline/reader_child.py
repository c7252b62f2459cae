"""The child process of `pipeline/reader.py`: reads framed mails on standard input, answers with framed Parsed.

A frame is 4 octets of length (big endian) and that many octets. A request is three frames: the Received as JSON,
the Settings as JSON (empty: those of the request before), the raw mail. An answer is one frame: `P` and the Parsed
as JSON, or `E` and the name of what was raised with the place it was raised at, never the mail's text.
"""

from __future__ import annotations

import contextlib
import resource
import sys
import traceback
from typing import BinaryIO

from stages.events import Received
from stages.parse import parse
from stages.settings import Settings


def main() -> None:
    """Serve requests until standard input ends. Arguments: memory limit (octets), CPU limit a mail (seconds)."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CORE, 0)
    come, go = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a stray print must not break the frames
    settings = Settings()
    while (head := _read(come)) is not None:
        told, raw = _read(come) or b"", _read(come) or b""
        if told:
            settings = Settings.model_validate_json(told)
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds)
        try:
            answer = b"P" + parse(raw, Received.model_validate_json(head), settings).model_dump_json().encode()
        except MemoryError:
            sys.exit("out of memory")
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            answer = f"E{type(error).__name__} in {place.name}, line {place.lineno}".encode()
        go.write(len(answer).to_bytes(4, "big") + answer)
        go.flush()


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    if len(head) < 4:
        return None
    return stream.read(int.from_bytes(head, "big"))


def _limit(kind: int, amount: int) -> None:
    """Lower the soft limit; macOS refuses some of these, and there the parent's clock alone must do."""
    _, hard = resource.getrlimit(kind)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


if __name__ == "__main__":
    main()
