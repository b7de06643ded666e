"""Search solutions by words, also in Chinese without gaps, and find those that fit a new ticket (S24).

There are hundreds of solutions, not a million: each is read and compared, so no index is kept.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise

from servicedesk.base.messages import say
from servicedesk.base.sameness import folded_name
from servicedesk.base.table import Table
from servicedesk.base.text import one_line
from servicedesk.desk.knowledge.show import list_table
from servicedesk.domain.knowledge.solutions import Success
from servicedesk.domain.synonyms import words_for
from servicedesk.language.words import LOCALES, Words
from servicedesk.records.categories import list_labels
from servicedesk.records.knowledge.solutions import Solution, list_solutions
from servicedesk.storage.database import Database
from servicedesk.storage.search import grams, pinyin

_LEAST = 0.5  # share of the search words that a solution must contain
_BEST = 2  # solutions are proposed for a ticket


@cache
def _languages() -> list[Words]:
    return [Words(language) for language in LOCALES]


def spoken_words(code: str | None) -> list[str]:
    """Return the words that people use for a code, folded: the code, its name in each language, its synonyms."""
    if code is None:
        return []
    said = [code.replace("_", " "), *(words.code(code) for words in _languages()), *words_for(code)]
    return list(dict.fromkeys(folded_name(word) for word in said))


class _Texts:
    """The folded texts of a solution: what it is about, what helps, and the pinyin of the fault."""

    def __init__(self, known: Solution, labels: Mapping[str, str | None]) -> None:
        label = labels.get(known.category or "") or ""
        fault = spoken_words(known.fault)
        about = [*spoken_words(known.category), label, *fault, known.cause or "", known.model or ""]
        self.about = [folded_name(text) for text in about if text]
        self.all = [*self.about, *(folded_name(text) for text in (known.fix, known.parts, known.link) if text)]
        self.joined = "\n".join(self.all)
        self.readings = [pinyin.readings_of_name(text) for text in (*fault, known.cause or "", label)]

    def share(self, word: str) -> float:
        """Return how much of a word the texts contain, from 0 to 1: of Chinese the share of its pairs of characters."""
        if word in self.joined:
            return 1.0
        if word.isascii():
            letters = grams.parse_query(word).letters
            fields = (grams.Fields((), name=name) for name in self.readings)
            wanted = grams.Sought("", "", letters) if letters else None
            return float(wanted is not None and any(grams.distance(wanted, each) is not None for each in fields))
        pairs = [first + second for first, second in pairwise(word)]
        return sum(pair in self.joined for pair in pairs) / len(pairs) if pairs else 0.0


def search_solutions(
    db: Database, text: str, *, category: str | None, model: str | None, success: Mapping[int, Success]
) -> Table:
    """Return solutions in use that match the text, the nearest first, then those that worked best.

    Half of the words are enough. A word matches category or fault (in both languages and as people call them), cause,
    what helps, parts, link or model; in Latin letters also as pinyin.
    """
    wanted = folded_name(one_line(text, say("the text"))).split()
    labels = list_labels(db)
    found = []
    for known in _of_model(list_solutions(db, category=category), model):
        texts = _Texts(known, labels)
        share = sum(texts.share(word) for word in wanted) / len(wanted)
        if share >= _LEAST:
            near = any(word in part for word in wanted for part in texts.about)
            found.append((-share, not near, -success.get(known.id, Success()).rank, known.id, known))
    return list_table((one[-1] for one in sorted(found)), success, empty=say("No solution found"))


def _of_model(found: Iterable[Solution], model: str | None) -> list[Solution]:
    """Return the solutions for that model, or for any model."""
    wanted = folded_name(model) if model else ""
    return [known for known in found if not wanted or known.model is None or wanted in folded_name(known.model)]


def find_best(
    db: Database,
    *,
    category: str,
    model: str | None,
    fault: str | None,
    text: str | None,
    success: Mapping[int, Success],
) -> list[Solution]:
    """Return the two best solutions for a fault of a category, given by its code or in the customer's words.

    Those for that very model come first, then those that worked best.
    """
    found = [known for known in list_solutions(db, category=category) if known.fault]
    said = folded_name(text or "")
    faults = {fault} if fault else {one for one in {known.fault for known in found} if _is_said(one, said)}
    fitting = [known for known in found if known.fault in faults and _fits(known, model)]
    fitting.sort(key=lambda known: (known.model is None, -success.get(known.id, Success()).rank, known.id))
    return fitting[:_BEST]


def _fits(known: Solution, model: str | None) -> bool:
    return known.model is None or (model is not None and folded_name(known.model) in folded_name(model))


def _is_said(fault: str | None, said: str) -> bool:
    """Return whether the text has one of the fault's names; in ASCII letters only as a word of its own."""
    spaced = f" {said} "
    return any(f" {word} " in spaced if word.isascii() else word in said for word in spoken_words(fault))
