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
