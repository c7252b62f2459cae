"""Words -> Hits: is somebody else named for a job that the reader fills?"""

from __future__ import annotations

from stages.wording import Hit, Words, find
from stages.wording.vocabulary import FITS_OPENING, words_of

_OF_THE_READER = words_of("next new current own dream future naechsten nachste nachsten prochain proxima nuevo nova")
"""Before "role": then the reader is the candidate."""


def for_your_opening(words: Words) -> tuple[Hit, ...]:
    """Where somebody is said to fit a job of the reader's: a referral, and no offer of a job to the reader."""
    return tuple(
        hit
        for hit in find(words, FITS_OPENING)
        if not any(word.text in _OF_THE_READER for word in words.words[hit.first : hit.last])
    )
