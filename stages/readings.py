"""(Request, Facts) -> Readings: what a note says between the lines, by learned weights, each traced to its words.

Three questions are asked of every note. Does the writer want something for their own gain (`offer`)? Is it true of
this reader and of no hundred others (`tie`; `hint`: at least a detail that a bot could merge)? Is a reason given
(`reason`; `excuse`: at least a thin one)? The answers are likelihoods, and what moved each is known.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from stages.events import Finding, Request
from stages.wording import Hit, Words, evidence, find, pitches, read, ties
from stages.wording.formulas import FORMULAS
from stages.wording.mentions import mentions
from stages.wording.substance import known_to_bots, substance
from stages.wording.tone import LOOKED_AT, Feature, Reader, features
from stages.wording.vocabulary import INTRODUCES, PRAISE, STOP, STUDIES

if TYPE_CHECKING:
    from stages.signals import Facts
    from stages.weights import Weights

READINGS = ("offer", "tie", "hint", "reason", "excuse")
SURE = 4.0
"""Logit from which an answer is taken as certain (0.98)."""
_KNOWN = 12
"""One in so many words of a note in any of the languages we learn from is known, and far more of nearly all."""
_IN_ANY_LANGUAGE = frozenset(("<name>", "<number>"))
_BARE = frozenset(("<you>", "<me>", "<polite>"))
_TOLD = 3
"""Turns of phrase that are shown."""


class Reading(NamedTuple):
    """One answer: its logit, and each feature that has a weight, with what it added."""

    logit: float
    parts: tuple[tuple[float, Feature], ...]

    @property
    def measure(self) -> float:
        return measured(self.logit)


def measured(logit: float) -> float:
    """How sure a logit is: from -1 (surely not) to 1 (surely)."""
    return max(-SURE, min(SURE, logit)) / SURE


Readings = Mapping[str, Reading]
"""By the names of READINGS; empty where nothing was written, or nothing learned."""


def readings_of(request: Request, facts: Facts, observed: Mapping[str, float]) -> Readings:
    """Every reading of what the person wrote. `observed`: signals that spoke, and their share of full measure.

    There is none of signs without a word, nor of a language of which nothing was learned: length alone says nothing.
    """
    if not facts.weights.readings or not read(request.words).words:
        return {}
    found = features_of(request, facts, observed, facts.weights.by_feature)
    if not _is_known(read(request.words), found, facts.weights):
        return {}
    return _weighed(found, facts.weights)


def _is_known(words: Words, found: Iterable[Feature], weights: Weights) -> bool:
    """Whether turns of phrase that were learned hold one in _KNOWN of the text's different words."""
    known = {
        text
        for feature in found
        if feature.name in weights.by_feature and feature.at and feature.name not in _IN_ANY_LANGUAGE
        for text in words.texts[feature.at.first : feature.at.last + 1]
    }
    return _KNOWN * len(known) >= len(set(words.texts[:LOOKED_AT]))


def _weighed(found: Iterable[Feature], weights: Weights) -> Readings:
    parts: dict[str, list[tuple[float, Feature]]] = {reading: [] for reading in weights.readings}
    for feature in found:
        for reading, weight in weights.by_feature.get(feature.name, ()):
            parts[reading].append((weight * feature.share, feature))
    return {reading: Reading(sum(points for points, _ in moved), tuple(moved)) for reading, moved in parts.items()}


def features_of(
    request: Request, facts: Facts, observed: Mapping[str, float], wanted: Container[str] | None = None
) -> tuple[Feature, ...]:
    """The features of what the person wrote: turns of phrase (`wanted`: of these names), traits and observations."""
    words, profile = read(request.words), facts.profile
    named = mentions(words, profile) if profile else ()
    reader = Reader(
        facts=tuple(mention.hit for mention in named if mention.kind != "employer"),
        employers=tuple(tenure.name for tenure in profile.employers) if profile else (),
        names=(facts.owner.name, facts.parsed.recipient_first_name or ""),
        sender=(request.notice.name.value or "",),
    )
    left = substance(words, *known_to_bots(request.notice, facts.parsed, facts.owner, profile))
    return (
        *features(words, reader, wanted),
        *_traits(words, left),
        *(Feature(f"<{name}>", share) for name, share in observed.items()),
        *((Feature("<direct message>", 1.0),) if request.notice.message.value else ()),
    )


def _traits(words: Words, left: tuple[int, ...]) -> Iterable[Feature]:
    """What the text speaks of, in any language we read, and how much of it is its own."""
    lists = (("praise", PRAISE), ("a formula", FORMULAS), ("studies", STUDIES), ("a meeting of two", INTRODUCES))
    spoken: dict[str, Hit] = {**ties.kinds(words, left), **pitches.kinds(words)}
    spoken |= {name: hits[0] for name, phrases in lists if (hits := find(words, phrases))}
    addressed = ties.to_reader(words)
    own = sum(1 for at in left if words.words[at].sentence in addressed)
    yield from (Feature(f"<{name}>", 1.0, hit) for name, hit in spoken.items())
    yield Feature("<own words>", min(1.0, len(left) / 12))
    yield Feature("<own words to you>", min(1.0, own / 6))


# --- for the signals ----------------------------------------------------------------------------------------------


Voice = Literal["yes", "no"]


def voice(measures: Mapping[str, float], names: tuple[str, ...], answer: Voice) -> float:
    """How clearly these readings, taken together, give that answer: 0 (not at all) to 1."""
    known = [measures[name] for name in names if name in measures]
    mean = sum(known) / len(known) if known else 0.0
    return max(0.0, mean if answer == "yes" else -mean)


def heard(request: Request, facts: Facts, names: tuple[str, ...], answer: Voice, full: float) -> Finding | None:
    """A finding of `full` points times how clearly these readings give that answer; None where they do not."""
    share = voice({name: reading.measure for name, reading in facts.readings.items()}, names, answer)
    points = round(full * share * 4) / 4
    if not points:
        return None
    parts = [part for name in names if name in facts.readings for part in facts.readings[name].parts]
    how = "surely" if share > 0.75 else "likely" if share > 0.3 else "perhaps"
    told = _shown(read(request.words), parts, 1 if answer == "yes" else -1)
    return Finding(points=points, evidence=evidence(f"{how}: {told}" if told else how))


def _shown(words: Words, parts: list[tuple[float, Feature]], sign: int) -> str:
    """The turns of phrase that moved it most that way, as the person spelled them; none inside another."""
    told: list[str] = []
    covered: set[int] = set()
    that_way = [part for part in parts if part[0] * sign > 0]
    that_way.sort(key=lambda part: (-sign * part[0], part[1].name))
    for _, feature in that_way:
        if len(told) == _TOLD:
            break
        at = feature.at
        if at is None or covered & set(range(at.first, at.last + 1)) or _says_little(words, at):
            continue
        covered.update(range(at.first, at.last + 1))
        told.append(f'"{words.quote(at.first, at.last)}"')
    return ", ".join(told)


def _says_little(words: Words, at: Hit) -> bool:
    """Words without content, a greeting, or a name alone: they count, but would show a person nothing."""
    spoken = zip(at.phrase.split(), words.words[at.first : at.last + 1], strict=False)
    return all(part in _BARE or word.text in STOP for part, word in spoken)
