"""When a step is tried again: pure, so every case is one line."""

from __future__ import annotations

import pytest

from pipeline.errors import ReaderDied
from pipeline.retry import EDGE_TRIES, READER_TRIES, next_try

NOW = 1_000_000


@pytest.mark.parametrize("tries", range(1, 40))
def test_local_filing_is_tried_for_ever_and_at_least_every_five_seconds(tries: int) -> None:
    due = next_try("FilingWanted", OSError(28, "full"), tries, NOW)
    assert due is not None
    assert NOW < due <= NOW + 5_000


@pytest.mark.parametrize("tries", range(1, 40))
def test_a_troubled_disk_is_waited_out_in_every_step(tries: int) -> None:
    assert next_try("Received", OSError(5, "io"), tries, NOW) is not None


def test_a_mail_that_kills_its_reader_is_given_up_after_three_tries() -> None:
    due = [next_try("Received", ReaderDied(), tries, NOW) is not None for tries in range(1, 5)]
    assert due == [True] * (READER_TRIES - 1) + [False] * (5 - READER_TRIES)


def test_other_edges_back_off_up_to_an_hour_and_end() -> None:
    waits = [next_try("LookupWanted", RuntimeError(), tries, NOW) for tries in range(1, EDGE_TRIES + 1)]
    assert waits[-1] is None
    known = [due - NOW for due in waits if due is not None]
    assert known == sorted(known)
    assert known[-1] <= 3_600_000
