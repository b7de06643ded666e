"""Fill the demo with what customers say: calls about a job, answers to questionnaires, comments that were read.

All of it has random numbers of its own and is written last, so that the rest of the outlet does not change.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from servicedesk.base import dates
from servicedesk.domain.aftercare.questionnaire import ATTRIBUTES, attributes_text
from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database, Row

Clerk = Callable[[datetime], str]
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_ASKED, _ON_PAPER = 0.75, 0.3  # share of answers with more than a score; with all questions
_RINGS = ((1, 66), (2, 17), (3, 7), (None, 10))  # None: nobody answered
_CHASES = ((0, 68), (1, 22), (2, 7), (3, 3))  # how often a customer calls again about a repair
_SAID = ("问什么时候来", "催修", "问配件到了没有", "改地址", "问要多少钱")
_MISSED_A_WEEK = 2

REPAIRS = """
SELECT t.id, r.at AS reported_at, d.at AS done_at
  FROM ticket t
  JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported' AND r.voided_at IS NULL
  JOIN event d ON d.ticket_id = t.id AND d.kind = 'completed' AND d.voided_at IS NULL
 WHERE t.type = 'repair' AND t.customer_id IS NOT NULL
 ORDER BY t.id
"""
ANSWERS = """
SELECT id, score, reason, at, recorded_at, actor FROM event
 WHERE kind = 'surveyed' AND voided_at IS NULL AND score IS NOT NULL
 ORDER BY id
"""


def fill_voices(
    db: Database, seed: int, *, start: datetime, now: datetime, clerk: Clerk, asked_again: Collection[int]
) -> None:
    """Write what customers said beside their reports and scores; the file must hold the tickets already.

    `asked_again` are the event ids of answers given in calls that asked for a score only.
    """
    with db.atomic():
        called = [
            *_chases(db, Random(f"{seed} chases"), now),
            *_calls_nobody_took(Random(f"{seed} missed"), start, now),
        ]
        for at, values in sorted(called, key=lambda call: call[0]):
            db.insert("contact", Stamp(dates.stamp(at), clerk(at)), at=dates.stamp(at), **values)
        answers = [row for row in db.rows(ANSWERS) if row["id"] not in asked_again]
        _reply(db, Random(f"{seed} questionnaires"), answers)
        _read(db, Random(f"{seed} readings"), answers, now, clerk)


def _chases(db: Database, rng: Random, now: datetime) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Yield the calls of customers who wait, and now and then a message to them."""
    for row in db.rows(REPAIRS):
        reported, done = (
            datetime.fromisoformat(row[name]).astimezone(now.tzinfo) for name in ("reported_at", "done_at")
        )
        for _ in range(_choose(rng, _CHASES)):
            at = _office(rng, reported + rng.uniform(0.1, 0.95) * (done - reported))
            if reported + _HOUR < at < done:
                rings = _choose(rng, _RINGS)
                ended = {"rings": rings} if rings else {"unanswered": rng.choice(("missed", "missed", "busy"))}
                text = rng.choice(_SAID) if rings else None
                yield at, {"ticket_id": row["id"], "direction": "in", "channel": "phone", "text": text, **ended}
        if rng.random() < 0.12 and reported + _HOUR < (at := _office(rng, done - 2 * _HOUR)) < done:
            yield at, {"ticket_id": row["id"], "direction": "out", "channel": "wechat", "text": "师傅两小时后到"}


def _calls_nobody_took(rng: Random, start: datetime, now: datetime) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Yield missed calls of unknown callers."""
    for _ in range((now - start).days * _MISSED_A_WEEK // 7):
        at = _office(rng, start + rng.random() * (now - start))
        if at < now:
            yield at, {"direction": "in", "channel": "phone", "unanswered": "missed"}


def _office(rng: Random, at: datetime) -> datetime:
    """Return that instant, within the hours of the outlet."""
    return at if 8 <= at.hour < 18 else at.replace(hour=rng.randrange(8, 18), minute=rng.randrange(60), second=0)


def _choose(rng: Random, choices: tuple[tuple[Any, int], ...]) -> Any:
    return rng.choices([value for value, _ in choices], [weight for _, weight in choices])[0]


def _reply(db: Database, rng: Random, answers: list[Row]) -> None:
    """Write what questionnaires say beside the score, near to it."""
    for row in answers:
        is_asked, is_on_paper = rng.random() < _ASKED, rng.random() < _ON_PAPER
        said = _recommendation(rng, row["score"]) | (_other_questions(rng, row["score"]) if is_on_paper else {})
        if is_asked:
            db.insert("reply", Stamp(row["recorded_at"], row["actor"]), event_id=row["id"], **said)


def _recommendation(rng: Random, score: int) -> dict[str, Any]:
    mark = _near(rng, 2 * score, 0, 10)
    return {"recommend": mark, "again": int(mark >= 6)}


def _other_questions(rng: Random, score: int) -> dict[str, Any]:
    marks = [_near(rng, 2 * score, 1, 10) for _ in range(3)]
    time, technique, promise = (_near(rng, score, 1, 5) for _ in range(3))
    chosen = rng.sample(ATTRIBUTES, 2)
    rated = [f"{name}:{rng.randint(3, 5)}:{_near(rng, score, 1, 5)}" for name in chosen]
    return {
        "expect": "below" if score <= 2 else "above" if score == 5 else "as",
        "time_score": time, "technique_score": technique, "promise_score": promise,
        "attributes": attributes_text(rated),
        **dict(zip(("csi_overall", "csi_expected", "csi_ideal"), marks, strict=True)),
    }  # fmt: skip


def _near(rng: Random, middle: int, lowest: int, highest: int) -> int:
    return max(lowest, min(highest, middle + rng.choice((-1, 0, 0, 0, 1))))


def _read(db: Database, rng: Random, answers: list[Row], now: datetime, clerk: Clerk) -> None:
    """Record that the words of customers were read, mostly within two days; the newest may wait."""
    read = []
    for row in answers:
        later = rng.uniform(0.2, 2) * _DAY
        if row["reason"] is not None:
            at = _office(rng, datetime.fromisoformat(row["recorded_at"]).astimezone(now.tzinfo) + later)
            read.append((max(at, datetime.fromisoformat(row["recorded_at"])), row["id"]))
    for at, event_id in sorted(one for one in read if one[0] < now):
        db.insert("reading", Stamp(dates.stamp(at), clerk(at)), event_id=event_id, at=dates.stamp(at))
