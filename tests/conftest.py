"""What all tests share: the repository's root on the import path."""

import logging
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# A shell starts what it runs in the background with SIGINT ignored, and programs hand that on: tests that press Ctrl-C
# would wait in vain.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _logging_is_that_of_a_new_process() -> Iterator[None]:
    """A command that a test calls in its own process sets logging up; the next test must not be told less for that."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    structlog.reset_defaults()
    root.setLevel(level)
    root.handlers[:] = handlers
