"""Picture -> one HTML page that needs nothing else: no script, nothing loaded, every word of a mail escaped."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from html import escape
from pathlib import Path

from pipeline.importing.picture import VERDICTS, Line, Picture, headline, rows
from pipeline.importing.trouble import SourceTrouble
from stages.saying import verdict
from stages.sources import SOURCES
from stages.urls import host_of, within

SHOWN = 200
"""Requests on the page."""
MARK = "<!doctype html>\n<!-- made by salver import -->\n"
_LINK = re.compile(r"https://[A-Za-z0-9.-]+/[!#-;=?-~]{0,900}")
_SITES = tuple(site for source in SOURCES.values() for site in source.SITES)
"""Not every domain of a network's: its link shorteners lead anywhere."""
_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; font-weight: 600 }
h2 { font-size: 1.1rem; margin-top: 2.5rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums }
.note { opacity: .75; font-size: .9rem }
"""
# Even if a word slipped through, the browser would neither run nor load anything.
_HEAD = (
    '<meta charset="utf-8">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'\">\n"
    '<meta name="referrer" content="no-referrer">\n'
    '<meta name="robots" content="noindex">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
)


def page(picture: Picture) -> str:
    """The whole page."""
    told = headline(picture)
    title = "The best you never answered" if picture.tells else "The good ones"
    parts = [
        f'{MARK}<html lang="en">\n<head>\n{_HEAD}<title>Your requests</title>',
        f"<style>{_STYLE}</style>\n</head>\n<body>",
        f"<h1>{escape(told)}</h1>",
    ]
    if best := picture.best:
        shown = f" ({SHOWN:,} of {len(best):,})" if len(best) > SHOWN else ""
        parts.append(f"<h2>{title}{shown}</h2>\n{_people(picture, best[:SHOWN])}")
    if picture.lines:
        parts.append(f"<h2>When they came</h2>\n{_months(picture)}")
    parts.append(
        '<p class="note">Made by Salver from your own mails, on your own machine. '
        "&#8220;Never answered&#8221; means that no later mail about this person tells of an acceptance or a message; "
        "networks do not send a mail about every answer.</p>\n</body>\n</html>\n"
    )
    return "\n".join(parts)


def _people(picture: Picture, lines: tuple[Line, ...]) -> str:
    head = "<tr><th>Profile</th><th>Who they are</th><th>When</th><th>Strongest reason</th></tr>"
    return f"<table>\n{head}\n" + "\n".join(_person(picture, line) for line in lines) + "\n</table>"


def _person(picture: Picture, line: Line) -> str:
    link, name = safe_link(line.profile), f"<bdi>{escape(line.name)}</bdi>"
    who = f'<a href="{escape(link)}" rel="noreferrer noopener">{name}</a>' if link else name
    cells = (who, f"<bdi>{escape(line.headline)}</bdi>", picture.day(line), escape(line.reason))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def safe_link(url: str) -> str:
    """The link if it is a plain one to a page of a network we know, else empty: people click it."""
    return url if _LINK.fullmatch(url) and within(host_of(url), _SITES) else ""


def _months(picture: Picture) -> str:
    titles = ["Requests", *(verdict(each).capitalize() for each in VERDICTS)]
    titles += ["Good, never answered"] if picture.tells else []
    head = "<tr><th>When</th>" + "".join(f'<th class="number">{title}</th>' for title in titles) + "</tr>"
    lines = []
    for when, total, by, never in rows(picture):
        numbers = (total, *by.values(), never)[: len(titles)]
        cells = "".join(f'<td class="number">{number:,}</td>' for number in numbers)
        lines.append(f"<tr><td>{when}</td>{cells}</tr>")
    return f"<table>\n{head}\n" + "\n".join(lines) + "\n</table>"


def check_place(path: Path) -> None:
    """Raises SourceTrouble where the page cannot be written, or would take the place of something else."""
    if path.is_dir():
        raise SourceTrouble(f"{path} is a folder; name a file for the page with --html")
    if path.exists():
        with contextlib.suppress(OSError), path.open("rb") as file:
            if file.read(len(MARK)) == MARK.encode():
                return
        raise SourceTrouble(f"{path} is there already, and is no page of `salver import`; name another with --html")


def write(picture: Picture, path: Path) -> None:
    """Write it, whole or not at all, for this user alone: it holds names. OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(page(picture))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
