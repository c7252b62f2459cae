"""text -> Words -> Hits: reads what a person wrote, through look-alike letters, and finds phrases in linear time.

There are no regular expressions over a stranger's text here: words are cut in one pass (`words`), and a phrase is
looked up by its first word (`phrases`), so the work is proportional to the length of the text whatever the text is.
Above these lie what several signals need: `vocabulary`, `mentions` of the owner's facts, `substance` and `ties`.
"""

from stages.wording.phrases import GAP, Hit, Phrases, apart, find, near, quoted
from stages.wording.words import CONFUSABLE, EVIDENCE, MOST_READ, Word, Words, evidence, fold, read

__all__ = [
    "CONFUSABLE",
    "EVIDENCE",
    "GAP",
    "MOST_READ",
    "Hit",
    "Phrases",
    "Word",
    "Words",
    "apart",
    "evidence",
    "find",
    "fold",
    "near",
    "quoted",
    "read",
]
