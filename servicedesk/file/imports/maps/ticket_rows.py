"""Turn the ticket, the visit and the answer of a row into a TicketRow, or reject the row with a reason.

The rules between events are those of domain/ticket_rules.py, checked here because an error can name the cell.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from servicedesk.base import dates, sameness
from servicedesk.base.errors import ServiceDeskError, nearest
from servicedesk.base.messages import say
from servicedesk.domain import ticket_rules
from servicedesk.domain.model import CANCEL_REASONS, OTHER_OUTCOMES, REPAIR_OUTCOMES, TicketType
from servicedesk.domain.ticket import AskedBy, Cause
from servicedesk.file.imports.maps.binding import RowError, Values
from servicedesk.file.imports.maps.numbering import Facts
from servicedesk.file.imports.maps.row_values import ticket_digest
from servicedesk.file.imports.maps.times import Clock, Instant
from servicedesk.file.imports.maps.toml_values import Scalar
from servicedesk.file.imports.tables.layout import Tally
from servicedesk.records.codes import CAUSES, FAULTS

_SCORES = ("5", "4", "3", "2", "1")
# No digits: a score from 1 to 5 would pass for a yes.
_TRUTHS = {"true": 1, "false": 0, "yes": 1, "no": 0, "是": 1, "否": 0, "满意": 1, "不满意": 0}
_NEVER: tuple[None, None] = (None, None)
_REPORT, _ARRIVAL, _COMPLETION = say("the report"), say("the arrival"), say("the completion")
_TYPES = {str(kind): str(kind) for kind in TicketType}
_MOST_MEANT = 10_000

# Return the code that a text means in another language or spelling, else the text.
Meaning = Callable[[str, Iterable[str] | None], str]


def as_written(text: str, codes: Iterable[str] | None) -> str:
    """Return the text as it is: in a map without labels codes are taken to the letter."""
    return text


class RowErrors:
    """Makes the RowErrors of a map, which name its columns, and reads the codes of its fields."""

    def __init__(self, labels: Mapping[tuple[str, str], str], meaning: Meaning) -> None:
        self._labels, self._meaning = labels, meaning
        self._meant: dict[tuple[str, object], str] = {}

    def label(self, section: str, key: str) -> str:
        """Return the column of a field."""
        return self._labels.get((section, key), key)

    def error(self, section: str, key: str, value: object, reason: str) -> RowError:
        """Return the error about the column of this field."""
        return RowError(self.label(section, key), value, reason)

    def code(self, section: str, key: str, given: str, known: tuple[str, ...]) -> str:
        """Return the code that a text is, or that its label means. RowError if there is none."""
        if given in known:
            return str(given)
        try:
            meant = self.code_for(given, known)
        except ServiceDeskError as error:
            raise self.error(section, key, given, advice_of(error)) from None
        if meant in known:
            return meant
        near = nearest(given, known) or say("see the map")
        raise self.error(section, key, given, say("unknown code: {nearest}", nearest=near))

    def truth(self, section: str, key: str, given: Scalar) -> int:
        """Return 1 for yes, 0 for no. RowError for anything else."""
        truth = _TRUTHS.get(str(given).lower())
        if truth is None:
            raise self.error(section, key, given, say("neither true nor false"))
        return truth

    def code_for(self, given: str, known: tuple[str, ...] | None) -> str:
        """Return the code that a label stands for, in English or in Chinese, else the text in small letters."""
        found = self._meant.get((given, known))
        if found is None:
            plain = "_".join(given.lower().replace("-", " ").split()) if known else given.lower()
            found = plain if known and plain in known else self._meaning(given, known)
            if len(self._meant) > _MOST_MEANT:
                self._meant.clear()
            self._meant[given, known] = found = found if found != given else given.lower()
        return found


class TicketReader:
    """Reads tickets off the values of rows. `clocks`: by the name of the field."""

    def __init__(
        self, errors: RowErrors, clocks: Mapping[str, Clock], tally: Tally, *, now: datetime, has_visits: bool,
        only_answers: bool,
    ) -> None:  # fmt: skip
        """Begin a file. `only_answers`: it has answers about tickets of an earlier import."""
        self._tally, self._now, self._now_unix = tally, dates.stamp(now), dates.unix(now)
        self._said: dict[Instant, Instant] = {}  # moments in place of the end of a day that is not over
        self._errors, self._error, self._clocks = errors, errors.error, clocks
        self._has_visits, self._only_answers = has_visits, only_answers

    def read(
        self, given: Values, line: Values, visit: Values, survey: Values, pointed: tuple[str | None, str | None]
    ) -> Facts | None:
        """Return the values of a TicketRow; `line` are the given values as texts of one line. RowError if rejected."""
        if self._only_answers:
            return self._answer_alone(given, survey)
        (_, kind, received, sent, came, closed, outcome, called_off, by, why, who, fault, _, channel, area, begins, _,
         asker, found, cause, _, waits, _) = line  # fmt: skip
        if given[0] is None:
            return None
        kind = _TYPES.get(kind or "repair") or self._errors.code("ticket", "type", kind, tuple(_TYPES))
        if received is None:
            raise self._error("ticket", "reported_at", "", say("a ticket has a time of its report"))
        self._said.clear()
        reported = self._instant("ticket", "reported_at", given[2])
        completed, cancelled = self._ends(given, reported)
        ended = completed if closed else cancelled
        events: list[Facts] = [("reported", *reported, None, None, None, None, None, None, None)]
        visited = self._visit(visit, who, reported, ended) if self._has_visits else []
        if came:
            arrived = self._instant("ticket", "arrived_at", given[4], reported, _REPORT, latest=ended)
            visited = [("arrived", *arrived, who, 0, None, None, None, None, None)]
        arrived = next((event[1:3] for event in visited if event[0] == "arrived"), _NEVER)
        if arrived[0] and ended[0] and ended[1] < arrived[1]:
            before = say("it is before {what} ({earliest})", what=_ARRIVAL, earliest=arrived[0])
            raise self._error("ticket", *(("completed_at", given[5]) if closed else ("cancelled_at", given[7])), before)
        if sent:
            events.append(self._assignment(given, who, reported, arrived, ended))
        if begins:
            events.append(self._window(given, asker, reported))
        events += visited
        if waits and not ended[0]:
            since = arrived if arrived[0] else reported
            what = self._errors.code("ticket", "waiting_for", waits, tuple(Cause))
            events.append(("waiting", *since, *(None,) * 7, what, None, None, None, None))
        if closed:
            done = ("completed", *completed, who, None, self._outcome(outcome, kind), None, None, None, None)
            events.append(done if not (found or cause) else (*done, *(None,) * 4, *self._finding(found, cause)))
        if called_off:
            events.append(("cancelled", *cancelled, who, None, None, *self._cancellation(by, why), None, None))
        if survey[0] is not None or survey[1] is not None:
            events += self._answer(survey, completed)
        channel = self._errors.code_for(channel, None) if channel else "hotline"
        fault = self._errors.code_for(fault, None) if fault else None
        said = (str(given[0]), kind, channel, fault, None if given[12] is None else str(given[12]), area, who)
        told = [(event[0], *self._said.get(event[1:3], event[1:3]), *event[3:]) for event in events]
        return *said, reported[0], ended[0], tuple(events), ticket_digest(said, pointed, told)

    def _ends(self, given: Values, reported: Instant) -> tuple[Any, Any]:
        """Return when the ticket was completed, and when it was cancelled."""
        completed: Any = _NEVER
        cancelled: Any = _NEVER
        if given[5]:
            completed = self._instant("ticket", "completed_at", given[5], reported, _REPORT)
        if given[7]:
            cancelled = self._instant("ticket", "cancelled_at", given[7], reported, _REPORT)
        if given[5] and given[7]:
            raise self._error("ticket", "cancelled_at", given[7], say("completed and cancelled"))
        return completed, cancelled

    def _answer_alone(self, given: Values, survey: Values) -> Facts | None:
        """Return the answer about a ticket of an earlier import: a TicketRow without a digest."""
        if given[0] is None:
            return None
        events: list[Facts] = []
        if survey[0] is not None or survey[1] is not None:
            if survey[2] is None:
                raise self._error("survey", "answered_at", "", say("an answer has a time"))
            at = self._instant("survey", "answered_at", survey[2])
            events = self._answer((*survey[:2], None, *survey[3:]), at)
        return str(given[0]), *(None,) * 8, tuple(events), None

    def _assignment(self, given: Values, who: str | None, reported: Instant, arrived: Any, ended: Any) -> Facts:
        """Return that the ticket was given to a technician, no later than the arrival or the end."""
        if not who:
            raise self._error("ticket", "assigned_at", given[3], say("an assignment names a technician"))
        since = arrived if arrived[0] else ended
        at = self._instant("ticket", "assigned_at", given[3], reported, _REPORT, latest=since)
        if ended[0] and at[1] > ended[1]:
            raise self._error("ticket", "assigned_at", given[3], say("it is after the end of the ticket"))
        return ("assigned", *at, who, None, None, None, None, None, None)

    def _window(self, given: Values, asker: str | None, reported: Instant) -> Facts:
        """Return the window that was agreed on, with the report if the file does not say when."""
        begins, ends, agreed = given[15], given[16], given[20]
        clock = self._clocks["appointed_from"]
        try:
            begin = clock.instant(str(begins))
        except ValueError as error:
            raise self._error("ticket", "appointed_from", begins, reason_of(error)) from None
        if ends is None:
            raise self._error("ticket", "appointed_to", "", say("a window has an end"))
        try:
            end = self._clocks["appointed_to"].end(str(ends))
        except ValueError as error:
            raise self._error("ticket", "appointed_to", ends, reason_of(error)) from None
        if end[1] <= begin[1]:
            raise self._error("ticket", "appointed_to", ends, say("the window ends before it begins"))
        if end[1] <= reported[1]:
            raise self._error("ticket", "appointed_to", ends, say("the window ends before the report"))
        by = self._errors.code("ticket", "asked_by", asker, tuple(AskedBy)) if asker else str(AskedBy.OUTLET)
        at = reported if agreed is None else self._instant("ticket", "appointed_at", agreed, reported, _REPORT)
        return ("appointed", *at, *(None,) * 7, None, begin[0], end[0], by, None)

    def _visit(self, visit: Values, who: str | None, reported: Instant, ended: Any) -> list[Facts]:
        """Return the arrival of a row, and the wait that began with it."""
        came, name, no_access, waits, cause, resumed, _ = visit
        events: list[Facts] = []
        if came is not None:
            arrived = self._instant("visit", "arrived_at", came, reported, _REPORT, latest=ended)
            missed = self._errors.truth("visit", "no_access", no_access) if no_access is not None else 0
            events.append(("arrived", *arrived, name or who, missed, None, None, None, None, None))
        if cause is None:
            return events
        why = self._errors.code("visit", "waiting_for", str(cause), tuple(Cause))
        if waits is None and came is None:
            raise self._error("visit", "arrived_at", "", say("a wait begins with an arrival, or at a time of its own"))
        since = arrived if waits is None else self._instant("visit", "waiting_at", waits, reported, _REPORT)
        events.append(("waiting", *since, *(None,) * 7, why, None, None, None, None))
        if resumed is not None:
            until = self._instant("visit", "resumed_at", resumed, since, say("the wait"))
            events.append(("resumed", *until, *(None,) * 7))
        return events

    def _finding(self, found: str | None, cause: str | None) -> tuple[str | None, str | None, str | None]:
        """Return the note of a completion, and the codes of the fault that was found and of its cause.

        A fault or cause without a code of ours stays in the note as it is written.
        """
        fault, why = self._code_or_none(found, FAULTS), self._code_or_none(cause, CAUSES)
        words = [f"found: {found}"] * bool(found and not fault) + [f"cause: {cause}"] * bool(cause and not why)
        return "; ".join(words) or None, fault, why

    def _code_or_none(self, text: str | None, known: tuple[str, ...]) -> str | None:
        """Return the known code that a text means, or None."""
        code = None
        with suppress(ServiceDeskError):
            code = self._errors.code_for(text, known) if text else None
        return code if code in known else None

    def _outcome(self, outcome: str | None, kind: str) -> str:
        if outcome is None:
            raise self._error("ticket", "outcome", "", say("a completed ticket has an outcome"))
        known = REPAIR_OUTCOMES if kind == TicketType.REPAIR else OTHER_OUTCOMES
        if outcome in known:
            return outcome
        try:
            return ticket_rules.outcome_for(kind, self._errors.code_for(outcome, known))
        except ServiceDeskError as error:
            raise self._error("ticket", "outcome", outcome, advice_of(error)) from None

    def _cancellation(self, by: str | None, reason: str | None) -> tuple[str | None, str]:
        """Return why it was cancelled and by whom."""
        if by is None:
            who = say("a cancelled ticket was cancelled by customer or outlet")
            raise self._error("ticket", "cancelled_by", "", who)
        by = self._errors.code("ticket", "cancelled_by", by, tuple(AskedBy))
        if reason:
            reason = self._errors.code("ticket", "cancel_reason", reason, CANCEL_REASONS)
        return reason, by

    def _answer(self, survey: Values, completed: Any) -> list[Facts]:
        """Return the answer to the survey."""
        score, satisfied, when, why, _ = survey
        key, given = ("satisfied", satisfied) if score is None else ("score", score)
        reason = None if why is None else str(why)
        if completed[0] is None:
            raise self._error("survey", key, given, say("an answer about a ticket that is not completed"))
        at = completed if when is None else self._instant("survey", "answered_at", when, completed, _COMPLETION)
        if key == "satisfied":
            return [("surveyed", *at, None, None, None, reason, None, None, self._errors.truth("survey", key, given))]
        return [("surveyed", *at, None, None, None, reason, None, self._score(given), None)]

    def _score(self, given: Scalar) -> int:
        """Return the score, typed as such or in words: 满意 is 4."""
        score = sameness.half_width(str(given))
        if score not in _SCORES:
            with suppress(ServiceDeskError):  # a word that may be two scores
                score = self._errors.code_for(score, _SCORES)
        if isinstance(given, bool) or score not in _SCORES:
            raise self._error("survey", "score", given, say("a score is 1, 2, 3, 4 or 5"))
        return int(score)

    def _instant(
        self, section: str, key: str, given: Scalar, earliest: Any = None, what: str = "", latest: Any = _NEVER
    ) -> Instant:
        """Return the instant of a field. RowError if it lies in the future or before `earliest`.

        A report without a time of day is the beginning of its day, everything else the end, but not after `latest` of
        the same day: what the file does not say never helps (C8).
        """
        clock = self._clocks[key] if section != "visit" else self._clocks[f"visit {key}"]
        text = given if given.__class__ is str else str(given)
        try:
            at = clock.instant(text)
            end = clock.day_end(text, at)
        except ValueError as error:
            raise self._error(section, key, given, reason_of(error)) from None
        if at[1] > self._now_unix:
            raise self._error(section, key, given, say("it lies in the future"))
        if end is not None:
            if section != "survey":  # whose days decide nothing within 24 hours
                self._tally["untimed", self._errors.label(section, key)] += 1
            if key != "reported_at":
                at = self._latest(end, latest)
        elif at[0][11:19] == "00:00:00" and section != "survey":
            self._tally["midnight", self._errors.label(section, key)] += 1
        if earliest and at[1] < earliest[1]:
            before = say("it is before {what} ({earliest})", what=what, earliest=earliest[0])
            raise self._error(section, key, given, before)
        return at

    def _latest(self, end: Instant, latest: Any) -> Instant:
        """Return the last moment of a day that is possible: before what came after it, and before now."""
        at = latest if latest[0] and latest[1] < end[1] and latest[0][:10] == end[0][:10] else end
        if at[1] > self._now_unix:
            at = self._now, self._now_unix
            self._said[at] = end  # so that the same row has the same digest tomorrow
        return at


def reason_of(error: ValueError) -> str:
    """Return the message of an error with its values, which str() would lose together with its translation."""
    return error.args[0] if error.args and isinstance(error.args[0], str) else str(error)


def advice_of(error: ServiceDeskError) -> str:
    """Return the sentence of the error with its hint."""
    return f"{error.sentence} ({error.hint})" if error.hint else error.sentence
