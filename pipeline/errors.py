"""The ways in which reading a mail fails, and how any error is told: by name and place, never with a mail's text."""

from __future__ import annotations


class ReaderDied(Exception):
    """The child that read a mail died, or ran out of time or memory on it."""


class Busy(OSError):
    """A mailbox's server hangs, and calls enough wait for it: it must not take every hand there is."""


class Later(Busy):
    """It is not to be done before a certain time."""

    def __init__(self, why: str, at: int) -> None:
        super().__init__(why)
        self.at = at
        """ms"""


class NotSent(OSError):
    """The relay did not take a mail of ours, which is to be tried again."""

    def __init__(self, why: str, attempt: int) -> None:
        super().__init__(why)
        self.attempt = attempt
        """how often it was tried"""


class StageRaised(Exception):
    """A stage that ran in a child raised: a bug. The text names the error and its place, never the mail's words."""


def describe(error: Exception) -> str:
    """An error for a person: its name, and its text only where the text is ours."""
    ours = type(error).__module__.split(".")[0] in ("pipeline", "stages")
    text = str(error)[:200]
    if ours and text:
        return text
    name = type(error).__name__
    return f"{name}: {text}" if isinstance(error, OSError) else name


def place(error: BaseException) -> str:
    """Where it was raised, `file.py:12`: a traceback's use without its flood, and without anybody's data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
