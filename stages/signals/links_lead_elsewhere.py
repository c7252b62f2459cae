"""The mail's links lead somewhere other than they say.

A host made to look like the network's, or a link whose text shows another host, is enough in any mail. Merely foreign
hosts count only while the mail is not proven to be the network's, and only if no link leads to the network at all:
people put their own sites into notes, and forwarding breaks signatures of genuine mail.
"""

from __future__ import annotations

from stages.events import Finding, Request
from stages.signals import Facts
from stages.wording import evidence

POINTS = -8.0
VETO = True


def check(request: Request, facts: Facts) -> Finding | None:
    links = facts.parsed.links
    elsewhere = links.imitating or tuple(host for host in links.disguised if host in links.foreign)
    nothing_genuine = set(links.hosts) <= set(links.foreign)
    if not elsewhere and nothing_genuine and facts.authenticity not in ("aligned", "temporary"):
        elsewhere = links.foreign
    return Finding(points=POINTS, evidence=evidence("links to " + ", ".join(elsewhere))) if elsewhere else None
