"""Rules files for tests of rules in the shadow, in our own words, and people about whom they disagree."""

from __future__ import annotations

import re
from pathlib import Path

from tests.builders.linkedin import Person

LIVE = """
[[rule]]
name = "rope-makers"
verdict = "ugly"
all = [{ field = "headline", contains = "rope" }]

[thresholds]
good = 3.0
intriguing = -4.0
"""
NEXT = LIVE.replace('verdict = "ugly"', 'verdict = "good"').replace('"rope-makers"', '"ropes-are-fine"')
EVERYTHING = """
[[rule]]
name = "adds"
points = 40.0
any = [{ field = "headline", contains = "rope" }, { signal = "note_is_blank" }]
then = "go on"

[[rule]]
name = "rings"
notify = true
label = ["later", "work"]
none = [{ claim = "any", truth = "false" }]

[[rule]]
name = "sends"
verdict = "good"
folder = "Recruiters"
label = "sent"
all = [{ any = [{ field = "headline", word = "rope" }, { score = { at_least = 5 } }] }]
examples = [{ headline = "Maker of rope", folder = "Recruiters", rule = "sends" }]

[[rule]]
name = "asks"
verdict = "follow_up"
notify = true
all = [{ field = "headline", state = "shown" }]
"""
"""Does all that rules can do."""

ROPER = Person(name="Tove Rep", vanity="tove-rep", number=88_001, headline="Maker of rope", note="")
BAKER = Person(name="Nils Brod", vanity="nils-brod", number=88_002, headline="Baker of rye", note="")


def write(folder: Path, live: str = LIVE, shadow: str | None = NEXT) -> str:
    """Both files. Returns the keys for the top of the configuration."""
    (folder / "live.toml").write_text(live, "utf-8")
    if shadow is None:
        return f'rules = "{folder}/live.toml"\n'
    (folder / "next.toml").write_text(shadow, "utf-8")
    return f'rules = "{folder}/live.toml"\nshadow = "{folder}/next.toml"\n'


def without_ids(content: bytes) -> bytes:
    """A filed mail without what no two filings share: ids, and the time at which it came."""
    content = re.sub(rb"\b[0-9a-f]{32}\b", b"ID", content)
    return re.sub(rb";\s+\w{3},\s+\d{1,2}\s+\w{3}\s+\d{4}\s+\d\d:\d\d:\d\d\s+[+-]\d{4}", b"; TIME", content, count=1)
