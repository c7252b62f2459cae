"""A plain naive-Bayes filter as reference: a bag of words over headline and note, Laplace, and no more than that."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import exp, log

from stages.events import Verdict
from stages.rules.comparing import in_words
from stages.settings import Rules
from tests.builders.tastes import Seen, folder

SURE = 0.999999
"""share of belief from which on it decides instead of the rules; with less it does worse"""
LEAST = 3
"""notes it must have learned from before it speaks"""
LABELS: dict[str, Verdict] = {"Good": "good", "Intriguing": "intriguing", "Ugly": "ugly"}


class Bayes:
    """Learns from corrections, and with `silent` from all else that the owner saw; overrides the rules when sure."""

    accepted = 0

    def __init__(self, rules: Rules, silent: bool, sure: float | None = None) -> None:
        self.rules, self.silent, self.sure = rules, silent, SURE if sure is None else sure
        self.of: Counter[str] = Counter()
        self.words: dict[str, Counter[str]] = defaultdict(Counter)
        self.known: set[str] = set()
        self.changed = False

    def see(self, each: Seen, given: Verdict, said: Verdict | None) -> None:
        self.changed = said is not None
        if said is not None or self.silent:
            label, words = folder(said or given), in_words(each.text).split()
            self.of[label] += 1
            self.words[label].update(words)
            self.known.update(words)

    def verdict(self, each: Seen) -> Verdict:
        words = [word for word in in_words(each.text).split() if word in self.known]
        total = sum(self.of.values())
        if total < LEAST or not words:
            return each.shipped
        logs = {label: log((self.of[label] + 1) / (total + len(LABELS))) for label in LABELS}
        for label in LABELS:
            size = sum(self.words[label].values()) + len(self.known)
            logs[label] += sum(log((self.words[label][word] + 1) / size) for word in words)
        top = max(LABELS, key=lambda label: logs[label])
        belief = 1 / sum(exp(value - logs[top]) for value in logs.values())
        return LABELS[top] if belief >= self.sure else each.shipped
