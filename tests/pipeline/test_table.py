"""Tables for a terminal."""

from __future__ import annotations

from pipeline.table import table


def test_columns_are_aligned_also_under_wide_letters() -> None:
    lines = table(("who", "where"), [("李雷", "Good"), ("Ann", "INBOX")]).splitlines()
    assert lines == ["who   where", "----  -----", "李雷  Good", "Ann   INBOX"]


def test_only_the_widest_column_is_cut_when_a_line_does_not_fit() -> None:
    lines = table(("who", "why", "where"), [("Ann", "x" * 50, "INBOX")], width=30).splitlines()
    assert all(len(line) <= 30 for line in lines)
    assert lines[2].startswith("Ann  xxx")
    assert lines[2].endswith("…  INBOX")


def test_a_mail_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in table(("who",), [("\x1b[2Jred\r\n\u202eabc",)])


def test_a_last_column_that_wraps_goes_on_below_itself_and_loses_no_word() -> None:
    words = "they did not answer in time and so it stays where it lies " + "x" * 45
    lines = table(("when", "what"), [("now", words), ("later", "short")], width=30, wraps=True).splitlines()
    assert all(len(line) <= 30 for line in lines)
    assert lines[1] == "-----  " + "-" * 23
    below = lines[3:-1]
    assert below
    assert all(line.startswith(" " * 7) for line in below)
    told = " ".join([lines[2][7:], *(line[7:] for line in below)])
    assert told.replace(" ", "") == words.replace(" ", "")
    assert lines[-1] == "later  short"


def test_a_wrapped_line_counts_wide_letters_twice() -> None:
    lines = table(("id", "what"), [("a", "李雷" * 12)], width=28, wraps=True).splitlines()
    assert lines[2:] == ["a   " + "李雷" * 6, "    " + "李雷" * 6]
