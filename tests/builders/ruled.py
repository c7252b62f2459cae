"""A whole Salver whose owner has rules of their own: for people who hire, to be filed apart, labelled and told of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from pipeline.app import App
from tests.builders import linkedin
from tests.builders.running import running

FOLDER = "Hiring people"
DECLARED = f'[filing]\nfolders = ["{FOLDER}", "Quiet"]\n'
RULES = f"""
[[rule]]
name = "talks-of-ropes"
points = 1.5
says = "you like ropes"
label = "ropes"
all = [{{ field = "headline", contains = "rope" }}]

[[rule]]
name = "hires"
verdict = "good"
folder = "{FOLDER}"
label = ["hiring", "talent"]
notify = true
all = [{{ field = "headline", contains = "talent" }}]

[[rule]]
name = "stays-here"
verdict = "intriguing"
folder = "INBOX"
all = [{{ field = "headline", contains = "baker" }}]

[[rule]]
name = "out-of-sight"
verdict = "ugly"
folder = "Quiet"
notify = true
all = [{{ field = "headline", contains = "hotlist" }}]

[thresholds]
good = 3.0
intriguing = -0.75
"""
HIRES = linkedin.Person(name="Mira Solberg", headline="Head of Talent at Fjellkraft", note="Hi Amy, how are you?")
BAKER = linkedin.Person(name="Jon Hale", headline="Baker", vanity="jon-hale", number=7)
LOUD = linkedin.Person(name="Ada Ek", headline="Hotlist sender", vanity="ada-ek", number=8)
ROPES = linkedin.Person(name="Zoe Marsh", headline="Buyer at Tidewater Rope", vanity="zoe-marsh", number=9)


@asynccontextmanager
async def ruled(
    folder: Path, more: str = DECLARED, rules: str = RULES, resolver: str = "", owner: str = ""
) -> AsyncIterator[App]:
    path = folder / "rules.toml"
    path.write_text(rules, "utf-8")
    async with running(folder, more, resolver, owner, first=f'rules = "{path}"\n') as app:
        yield app


def lies(root: Path) -> Mapping[str, list[bytes]]:
    """Folder -> the mails in it, as any reader of a Maildir++ finds them; those without a mail are left out."""
    found: dict[str, list[bytes]] = {}
    for directory in (root, *sorted(root.glob(".*"))):
        paths = sorted(path for part in ("new", "cur") for path in (directory / part).glob("*"))
        if paths:
            name = "INBOX" if directory == root else directory.name[1:]
            found[name] = [path.read_bytes() for path in paths]
    return found


def path_of(root: Path, folder: str) -> Path:
    """The one file of a folder."""
    directory = root if folder == "INBOX" else root / f".{folder}"
    (path,) = (path for part in ("new", "cur") for path in (directory / part).glob("*"))
    return path
