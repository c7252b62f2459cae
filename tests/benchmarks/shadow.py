"""What rules in the shadow cost: CPU of a mail of 40 kB from its bytes to its decision, with a shadow and without.

`python -m tests.benchmarks.shadow [MAILS]`. With and without take turns on each mail; what counts is the ratio. The
shadow is once the shipped rules, and once a thousand rules that all are read to the end, which is the worst case.
"""

from __future__ import annotations

import statistics
import sys
import time

from stages.flow import follow
from stages.rules.language import Rules
from tests.benchmarks.cost import OURS, looked_up, read
from tests.benchmarks.mails import MAILS
from tests.builders.verdicts import default_rules

ROUNDS = 150
MAIL = next(iter(MAILS.values()))


def many(count: int) -> Rules:
    """Rules of which none holds."""
    return Rules.model_validate(
        {
            "rule": [
                {
                    "name": f"rule-{number}",
                    "verdict": "ugly",
                    "all": [{"field": "headline", "contains": [f"word {number}", f"other {number}"]}],
                }
                for number in range(count)
            ]
        }
    )


SHADOWS = {"the shipped rules": default_rules(), "a thousand rules": many(1_000)}


def measured(shadow: Rules, rounds: int) -> dict[str, list[float]]:
    """CPU milliseconds of reading, and of judging without and with the shadow; every round has a mail of its own."""
    alone, beside = OURS, OURS.but(shadow=shadow)
    took: dict[str, list[float]] = {"read": [], "judge alone": [], "judge with a shadow": []}

    for number in range(rounds):
        raw = MAIL(number)
        start = time.process_time_ns()
        asked = looked_up(read(raw))
        took["read"].append((time.process_time_ns() - start) / 1e6)
        turns = [("judge alone", alone), ("judge with a shadow", beside)]
        for step, told in turns if number % 2 else reversed(turns):
            start = time.process_time_ns()
            for _ in follow(asked, told):
                pass
            took[step].append((time.process_time_ns() - start) / 1e6)
    return took


def main(rounds: int) -> None:
    for name, shadow in SHADOWS.items():
        took = measured(shadow, rounds)
        read_, alone, beside = (statistics.median(times) for times in took.values())
        ratio = (read_ + beside) / (read_ + alone)
        sys.stdout.write(
            f"{name}: read {read_:.2f} ms, judge {alone:.2f} ms, with the shadow {beside:.2f} ms"
            f" ({beside / alone:.2f} of judging, {ratio:.3f} of all)\n"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
