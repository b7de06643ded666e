"""Search tickets by their words and codes: what was said, what was found and done, what was noted (S24)."""

import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import NamedTuple

from servicedesk.base.messages import say
from servicedesk.base.sameness import folded_name
from servicedesk.base.table import Result
from servicedesk.base.text import one_line
from servicedesk.desk.knowledge.search import spoken_words
from servicedesk.records import codes, ticket_lists
from servicedesk.records.categories import list_labels
from servicedesk.storage.database import Database, Row

_SHORTEST = 2  # characters of a name that is looked for inside a word
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}  # as a Chinese keyboard may write a model
_LONGEST = 1_000  # characters of a word that the database looks for
_FEW, _MANY = 64, 2_000  # tickets read in the first batch, enough for most searches, and at most

# Candidates: tickets that may have the word in a text, or a code with that name, the newest first. Each is read along
# its index until enough are found. LIKE ignores the case of A to Z; :wide is the word in full-width characters.
SAID = """
SELECT id FROM ticket INDEXED BY ticket_words
 WHERE voided_at IS NULL
   AND (text LIKE :like ESCAPE '\\' OR text LIKE :wide ESCAPE '\\' OR fault IN (SELECT value FROM json_each(:codes)))
 ORDER BY id DESC
"""
DONE = """
SELECT ticket_id FROM event INDEXED BY event_note
 WHERE note IS NOT NULL AND voided_at IS NULL AND (note LIKE :like ESCAPE '\\' OR note LIKE :wide ESCAPE '\\')
 ORDER BY ticket_id DESC
"""
NOTED = """
SELECT ticket_id FROM note
 WHERE ticket_id IS NOT NULL AND (text LIKE :like ESCAPE '\\' OR text LIKE :wide ESCAPE '\\')
 ORDER BY ticket_id DESC
"""
TICKETS_BY_FAULT = """
SELECT ticket_id FROM event WHERE found IN (SELECT value FROM json_each(:codes)) AND voided_at IS NULL
 UNION
SELECT ticket_id FROM event WHERE found_cause IN (SELECT value FROM json_each(:codes)) AND voided_at IS NULL
 ORDER BY ticket_id DESC
"""
OF_KIND = """
SELECT t.id
  FROM ticket t
 CROSS JOIN appliance a ON a.id = t.appliance_id AND a.category IN (SELECT value FROM json_each(:codes))
 WHERE t.voided_at IS NULL
 ORDER BY t.id DESC
"""
TEXTS = """
SELECT t.id, t.text, t.fault, a.category,
       (SELECT group_concat(coalesce(e.note, '') || char(10) || coalesce(e.found, '') || char(10)
                            || coalesce(e.found_cause, ''), char(10))
          FROM event e
         WHERE e.ticket_id = t.id AND e.voided_at IS NULL AND coalesce(e.note, e.found, e.found_cause) IS NOT NULL)
         AS done,
       (SELECT group_concat(n.text, char(10)) FROM note n WHERE n.ticket_id = t.id) AS noted
  FROM ticket t
  LEFT JOIN appliance a ON a.id = t.appliance_id
 WHERE t.id IN (SELECT value FROM json_each(:ids)) AND t.voided_at IS NULL
 ORDER BY t.id DESC
"""


class Part(NamedTuple):
    """A part of what is looked for: a folded text, and the codes and kinds of appliances that have it as a name."""

    text: str
    codes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def stands_in(self, row: Row) -> bool:
        """Return whether a row of TEXTS contains the part."""
        texts = [row["text"], row["done"], row["noted"]]
        said = {row["fault"], *(row["done"] or "").split("\n")}
        return (
            not self.codes.isdisjoint(said)
            or row["category"] in self.kinds
            or any(self.text in folded_name(text) for text in texts if text)
        )


def find_tickets(db: Database, text: str, *, now: datetime, limit: int) -> Result:
    """Return tickets that match all of the words, the newest first; at most `limit`, 0: all.

    A word matches what the customer said, what was noted or done, and the names of fault, cause and kind of appliance.
    Chinese without gaps is split at such names: 冰箱不制冷.
    """
    words = folded_name(one_line(text, say("the text"))).split()
    names = _list_names(db)
    parts = [part for word in words for part in _parts(word, names)]
    found = list(islice(_matching(db, parts), limit + 1 if limit else None))
    notes = []
    if limit and len(found) > limit:
        notes = [say("more than {limit} are found: type more of it, or --limit 0 shows all", limit=limit)]
    table = ticket_lists.list_by_ids(db, found[: limit or None], now=now)
    return Result(table._replace(empty=say("No ticket found")), notes, changed=False)


def _list_names(db: Database) -> dict[str, Part]:
    """Return the names that people use for faults, causes and kinds of appliances, each with its codes."""
    names: dict[str, Part] = {}
    labels = list_labels(db)
    for code in {*codes.list_codes(db, "fault"), *codes.list_codes(db, "cause")}:
        for name in spoken_words(code):
            known = names.get(name, Part(name))
            names[name] = known._replace(codes=known.codes | {code})
    for code, label in labels.items():
        for name in {*spoken_words(code), folded_name(label or code)}:
            known = names.get(name, Part(name))
            names[name] = known._replace(kinds=known.kinds | {code})
    return names


def _parts(word: str, names: dict[str, Part]) -> list[Part]:
    """Return the known names in a Chinese word, the longest first, and the texts left between them.

    Single characters that are left are dropped. A word without a known name stays whole; it may be a part of names.
    """
    known = [name for name in names if len(name) >= _SHORTEST and not name.isascii() and name in word]
    if not known or word in names:
        called = [part for name, part in names.items() if word in (name.split() if word.isascii() else name)]
        meant = (frozenset().union(*(getattr(part, key) for part in called)) for key in ("codes", "kinds"))
        return [Part(word, *meant)]
    name = max(known, key=len)
    before, _, after = word.partition(name)
    rest = [part for text in (before, after) if len(text) >= _SHORTEST for part in _parts(text, names)]
    return [names[name], *rest]


def _matching(db: Database, parts: list[Part]) -> Iterator[int]:
    """Yield the tickets that have all of the parts, the newest first."""
    leading = max(parts, key=lambda part: (not part.kinds, len(part.text)))  # a kind of appliance has many tickets
    with closing(_candidates(db, leading)) as ids:
        last, many = 0, _FEW
        while batch := list(islice(ids, many)):
            fresh = sorted(set(batch) - {last})
            last, many = batch[-1], min(many * 2, _MANY)
            for row in db.rows(TEXTS, ids=json.dumps(fresh)):
                if all(part.stands_in(row) for part in parts):
                    yield row["id"]


def _candidates(db: Database, part: Part) -> Generator[int]:
    """Yield the tickets that may have the part, the newest first, some of them twice."""
    like, wide = _pattern(part.text), _pattern(part.text.upper().translate(_WIDE))
    values = {"like": like, "wide": wide if wide != like else None}
    meant = {"codes": json.dumps(sorted(part.codes))}
    streams = [db.stream(SAID, **values, **meant), db.stream(DONE, **values), db.stream(NOTED, **values)]
    if part.codes:
        streams.append(db.stream(TICKETS_BY_FAULT, **meant))
    if part.kinds:
        streams.append(db.stream(OF_KIND, codes=json.dumps(sorted(part.kinds))))
    yield from merge(*(_ids(stream) for stream in streams), reverse=True)


def _ids(rows: Iterable[Row]) -> Iterator[int]:
    return (row[0] for row in rows)


def _pattern(word: str) -> str:
    """Return the LIKE pattern of a word: its beginning suffices for candidates, and LIKE takes at most 50,000 bytes."""
    escaped = word[:_LONGEST].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
