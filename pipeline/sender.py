"""Edge: sends mails of our own to the owner through a relay, each at most once."""

from __future__ import annotations
