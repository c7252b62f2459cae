"""The parts of the rules reference that are prose, each with an example; tests load and try every one of them."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """One part of the language."""

    title: str
    says: str
    toml: str
    """a whole rules file; its examples are what the text beside it says"""


FIRST = Part(
    "A first rule",
    "People whose headline has the word actuary are good, unless they sell something. The two `examples` say "
    "where such requests must go; `salver check` tries them, and changed rules are only taken over if all of "
    "them are right.",
    """\
[[rule]]
name = "actuaries"
says = "I am hiring an actuary"
verdict = "good"
all = [{ field = "headline", word = "actuary" }]
none = [{ signal = "sells_a_service" }]
examples = [
    { headline = "Senior actuary", folder = "Good", rule = "actuaries" },
    { headline = "Senior actuary", signals = ["sells_a_service"], folder = "Ugly" },
]
""",
)

CONDITIONS = (
    Part(
        "A signal speaks",
        "A signal is one observation about a request, and brings points. `salver signals` lists all of them, "
        "and `salver explain MAIL` says which spoke about a mail. With `at_least` and `below` it must bring "
        "so many points. A signal that is worth no points never speaks. Here whoever sells is ugly; other "
        "offers are intriguing.",
        """\
[[rule]]
name = "sells"
verdict = "ugly"
all = [{ signal = "sells_a_service", below = -2 }]
examples = [{ signals = ["sells_a_service"], score = 4, folder = "Ugly" }]

[[rule]]
name = "offers"
verdict = "intriguing"
any = [{ signal = "seems_to_offer_something" }, { signal = "pitches_a_job" }]
examples = [
    { signals = ["pitches_a_job"], score = 4, folder = "Intriguing" },
    { score = 4, folder = "Good" },
]
""",
    ),
    Part(
        "The points so far",
        "`score` is the sum of all points, with those that rules above have added. Bounds are written `at_least` (from "
        "this number on) and `below` (less than this number), one or both. Here requests from 2 to below 3 points are "
        "good, too.",
        """\
[[rule]]
name = "nearly-good"
verdict = "good"
all = [{ score = { at_least = 2, below = 3 } }]
examples = [
    { score = 2, folder = "Good", rule = "nearly-good" },
    { score = 3, folder = "Good", rule = "score-good" },
    { score = 1.75, folder = "Intriguing" },
]
""",
    ),
    Part(
        "A claim of the note",
        "Salver reads what a note says about you, and checks it against your profile: `true`, `false`, or "
        "`unknown` where it cannot be checked. Without `truth` a claim must be true. `any` is a claim of any "
        "kind. Here a note that says you met, which your profile does not contradict, is intriguing at least.",
        """\
[[rule]]
name = "says-we-met"
verdict = "intriguing"
all = [{ claim = "met", truth = ["true", "unknown"] }]
examples = [
    { note = "We met at the rope makers' fair in Bergen last year.", folder = "Intriguing", rule = "says-we-met" },
    { note = "I would like to learn how ropes are made.", score = 3, folder = "Good" },
]
""",
    ),
    Part(
        "A field is, contains, has a word",
        "`is`: the field is exactly this. `contains`: this stands somewhere in it, even inside a word. "
        "`word`: this stands in it as a whole word, or as several words in a row. Each takes one text or a "
        "list of them, of which one is enough. Case and accents do not count: `krakow` finds Kraków; nor do white "
        "space at the ends, characters that are not seen, and letters of other scripts that look like Latin ones. Here "
        "people at two companies are good, whoever has art as a word in the headline (an art dealer, not a "
        "startup founder) is intriguing, and crypto in any form is ugly.",
        """\
[[rule]]
name = "two-companies"
verdict = "good"
all = [{ field = "company", is = ["Northwind", "Ångström AB"] }]
examples = [
    { company = "ANGSTROM AB", folder = "Good", rule = "two-companies" },
    { company = "Northwind Traders", folder = "Intriguing" },
]

[[rule]]
name = "art"
verdict = "intriguing"
all = [{ field = "headline", word = "art" }]
examples = [
    { headline = "Art dealer", score = 3, folder = "Intriguing" },
    { headline = "Startup founder", score = 3, folder = "Good" },
]

[[rule]]
name = "crypto"
verdict = "ugly"
any = [{ field = "headline", contains = "crypto" }, { field = "note", contains = "crypto" }]
examples = [{ headline = "Cryptocurrencies", score = 3, folder = "Ugly" }]
""",
    ),
    Part(
        "A list in a file",
        "Instead of texts you can name a file that holds them, one on each line. A `#` at the start of a line or "
        "behind white space begins a remark (`C# Corner` is a text as it stands), and quotes around a text are "
        "no part of it. The file is looked for from the folder on in which Salver runs. `salver rules show` counts "
        "its texts, and never shows them. Here the people of all companies in a file are good.",
        """\
[[rule]]
name = "our-customers"
verdict = "good"
all = [{ field = "company", is = { file = "companies.txt" } }]
examples = [
    { company = "Northwind", folder = "Good", rule = "our-customers" },
    { company = "Westwind", folder = "Intriguing" },
]
""",
    ),
    Part(
        "Numbers and times",
        "Fields that are numbers have bounds, or `is`. Fields that are times have bounds with their unit: "
        "`s`, `m`, `h` or `d`. Here those who took longer than three days to answer your question are "
        "intriguing, and whoever shares 20 connections or more with you gets a point more.",
        """\
[[rule]]
name = "slow-answer"
verdict = "intriguing"
all = [{ field = "conversation", is = "answered" }, { field = "waited", at_least = "3d" }]

[[rule]]
name = "well-connected"
points = 1
all = [{ field = "mutual_connections", at_least = 20 }]
examples = [
    { mutual_connections = 20, score = 2, folder = "Good" },
    { mutual_connections = 19, score = 2, folder = "Intriguing" },
]
""",
    ),
    Part(
        "Shown, empty, or not known",
        "What a mail does not show is unknown, and that is neither yes nor no: no text is found in it, and it"
        " is neither more nor less than any number. `state` asks for it: `shown`, `absent` (the mail has a "
        "place for it, and the place is empty) or `unknown` (the mail says nothing about it). Here somebody "
        "without a headline is ugly, but only if the mail shows that there is none.",
        """\
[[rule]]
name = "no-headline"
verdict = "ugly"
all = [{ field = "headline", state = "absent" }]
examples = [
    { absent = ["headline"], score = 1, folder = "Ugly" },
    { score = 1, folder = "Intriguing" },
]
""",
    ),
    Part(
        "Groups",
        "A rule, and any condition in it, can be a group: `all` (every one holds), `any` (at least one holds)"
        " and `none` (not one holds), alone or together. Here somebody from Lisbon or Porto is good, unless "
        "they both offer a job and have fewer than 2 points.",
        """\
[[rule]]
name = "from-portugal"
verdict = "good"
any = [{ field = "location", word = "Lisbon" }, { field = "location", word = "Porto" }]
none = [{ all = [{ signal = "pitches_a_job" }, { score = { below = 2 } }] }]
examples = [
    { location = "Lisbon, Portugal", score = 0, folder = "Good" },
    { location = "Porto", signals = ["pitches_a_job"], score = 2, folder = "Good" },
    { location = "Porto", signals = ["pitches_a_job"], score = 1, folder = "Intriguing" },
]
""",
    ),
)

ACTIONS = (
    Part(
        "A verdict, and a folder",
        "`verdict` decides: `good`, `intriguing`, `ugly`, or `follow_up` (it lies in Intriguing, and Salver "
        "reminds you to ask them why). `folder` puts the mail somewhere else than the verdict would: into "
        "INBOX, or into a folder that is declared in your configuration, here with `[filing] folders = "
        '["Clients"]`. Here clients have a folder of their own, and consultants are to be asked why.',
        """\
[[rule]]
name = "clients"
verdict = "good"
folder = "Clients"
all = [{ field = "company", is = "Northwind" }]
examples = [{ company = "Northwind", folder = "Clients" }]

[[rule]]
name = "consultants"
verdict = "follow_up"
all = [{ field = "headline", word = "consultant" }]
examples = [
    { headline = "Consultant", score = 5, folder = "follow_up" },
    { headline = "Consultant", kind = "inmail", score = 5, folder = "Intriguing" },
]
""",
    ),
    Part(
        "Points",
        "A rule without a verdict adds points, and the reading goes on. They stand in the receipt with the words in "
        "`says`. Points go in steps of 0.25. Here sailors get two points more, and lose them again if they sell.",
        """\
[[rule]]
name = "sailors"
says = "I like to talk to people who sail"
points = 2
all = [{ field = "headline", word = ["sailor", "skipper"] }]
examples = [{ headline = "Skipper", score = 1, folder = "Good", rule = "score-good" }]

[[rule]]
name = "sailors-who-sell"
points = -2
all = [{ field = "headline", word = ["sailor", "skipper"] }, { signal = "sells_a_service" }]
examples = [{ headline = "Skipper", signals = ["sells_a_service"], score = 1, folder = "Intriguing" }]
""",
    ),
    Part(
        "Labels, and being told at once",
        "`label` puts one or several words beside the verdict: into the receipt, and as a flag on the mail "
        "where `[filing] keywords` is on. `notify` tells you at once in a short mail. Neither changes where "
        "the mail goes. Here journalists are labelled, and you hear of them at once.",
        """\
[[rule]]
name = "journalists"
label = ["press", "answer-soon"]
notify = true
all = [{ field = "headline", word = ["journalist", "reporter"] }]
examples = [{ headline = "Reporter", score = 3, folder = "Good", rule = "score-good" }]
""",
    ),
    Part(
        "Stop, or go on",
        'A rule with a verdict ends the reading; with `then = "go on"` a later rule may still decide otherwise. A rule '
        'without a verdict goes on; with `then = "stop"` it ends the reading, and the points decide. Here recruiters '
        "are ugly, but for those of Northwind; and of people with 5 points no rule below is read.",
        """\
[[rule]]
name = "clear-enough"
then = "stop"
all = [{ score = { at_least = 5 } }]
examples = [{ headline = "Recruiter", score = 5, folder = "Good", rule = "score-good" }]

[[rule]]
name = "recruiters"
verdict = "ugly"
then = "go on"
all = [{ field = "headline", word = "recruiter" }]
examples = [{ headline = "Recruiter", score = 4, folder = "Ugly", rule = "recruiters" }]

[[rule]]
name = "recruiters-of-northwind"
verdict = "good"
all = [{ field = "headline", word = "recruiter" }, { field = "company", is = "Northwind" }]
examples = [{ headline = "Recruiter", company = "Northwind", score = 4, folder = "Good" }]
""",
    ),
)

THRESHOLDS = Part(
    "Where the points decide",
    "If no rule decides, the points do. From `good` on a request is good, from `intriguing` on it is intriguing, and "
    "below that it is ugly. Here 2 points are enough.",
    """\
[[rule]]
name = "never-this-one"
verdict = "ugly"
all = [{ field = "name", is = "Sam Example" }]
examples = [
    { name = "Sam Example", score = 2, folder = "Ugly" },
    { name = "Kim Example", score = 2, folder = "Good", rule = "score-good" },
    { name = "Kim Example", score = 1.75, folder = "Intriguing", rule = "score-intriguing" },
    { name = "Kim Example", score = -1.25, folder = "Ugly", rule = "score-ugly" },
]

[thresholds]
good = 2
intriguing = -1
""",
)

PARTS = (FIRST, *CONDITIONS, *ACTIONS, THRESHOLDS)
