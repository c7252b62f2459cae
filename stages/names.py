"""What things are called in front of people: verdicts and their folders, kinds, answers."""

from __future__ import annotations

from stages.events import Kind, Trust, Verdict

FOLDERS: dict[Verdict, str] = {"good": "Good", "intriguing": "Intriguing", "ugly": "Ugly", "follow_up": "Intriguing"}
"""Where the mails of each verdict lie; what has none lies in the INBOX."""
VERDICTS: dict[Verdict, str] = {
    "good": "Good",
    "intriguing": "Intriguing",
    "ugly": "Ugly",
    "follow_up": "Follow up (ask them why)",
}
KINDS: dict[Kind, str] = {
    "spoof": "it imitates a network's mail",
    "digest": "a summary without requests in it",
    "invitation_accepted": "news that an invitation was accepted",
    "message": "a message",
    "suggestion": "a suggestion by the network",
    "forwarding_confirmation": "a mail provider's question whether to forward here",
}
"""What a mail is that holds no request to judge."""
REALLY: dict[Trust, str] = {"aligned": "yes", "forged": "no", "unverified": "can't tell", "temporary": "can't tell"}
"""Is it really from the network it names?"""
