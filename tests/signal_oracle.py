"""The signals of K17 once more, in plain Python over the raw rows: no code and no SQL shared with servicedesk.

Written from what `kpi explain I1` … says alone, one ticket at a time. Slow and plain on purpose.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from statistics import median

from tests.oracle import board
from tests.oracle.arrival import never_a_call
from tests.oracle.raw import LOGS, Fact, Row, instant
from tests.oracle.then import HIT, MISS, SERVICES, Case, Then, counted_answer, deadline

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NOT_CHARGED = ("exchanged", "not_repairable", "resolved_remotely")  # K4
NOBODY = "(none)"


def is_day_alone(fact: Fact) -> bool:
    """A fact of the last second of a day was imported as a day without a time."""
    return str(fact.row["at"])[11:19] == "23:59:59"


@dataclass(frozen=True)
class Seen:
    """One row behind a signal; `ticket_id` is a machine's where the signal is about machines."""

    ticket_id: int | None
    technician: str | None
    clerk: str | None
    verdict: str
    code: str


@dataclass
class View:
    """What could be seen at an instant of the period `[first, end)`, told apart by technician, clerk, or nobody."""

    then: Then
    first: date
    end: date
    by: str | None = None

    def covers(self, at: datetime) -> bool:
        return self.first <= self.then.day(at) < self.end

    def named(self, technician_id: int | None) -> str:
        """What somebody was called then."""
        if technician_id is None:
            return NOBODY
        row = self.then.outlet.technicians[technician_id]
        return self.then.outlet.value_at("technician", row, "name", self.then.as_of) or NOBODY

    def cases(self, *types: str) -> Iterator[Case]:
        """Tickets of these types (of all, where none is named) that were not withdrawn (C7)."""
        return (c for c in self.then.cases if not c.withdrawn and (not types or c.row["type"] in types))

    def calls(self) -> list[Case]:
        """Repairs reported in the period that somebody had to reach."""
        return [c for c in self.cases("repair") if not never_a_call(c) and self.covers(c.report.at)]

    def days_between(self, earlier: datetime, later: datetime) -> int:
        return (self.then.day(later) - self.then.day(earlier)).days

    def seen(self, case: Case, who: int | None, fact: Fact | None, is_hit: bool, code: str) -> Seen:
        """A row, typed by whoever typed the fact."""
        return Seen(case.id, self.named(who), fact.row["actor"] if fact else None, HIT if is_hit else MISS, code)

    def charged_before(self, case: Case) -> Case | None:
        """The last repair of the machine that was completed before the report and can be held against somebody."""
        earlier = [
            (other.done.at, other.id, other)
            for other in self.then.by_appliance[case.row["appliance_id"]]
            if other.row["type"] == "repair" and other.id != case.id and other.done and other.done.at < case.report.at
            and other.outcome not in NOT_CHARGED
        ]  # fmt: skip
        return max(earlier)[2] if earlier and case.row["appliance_id"] is not None else None


def dispatcher(case: Case) -> Fact:
    """Who typed the window that moved the deadline, else the last assignment, else the report."""
    limit = deadline(case)
    if limit > case.report.at + DAY:
        windows = [w for w in case.of("appointed") if w.row["asked_by"] == "customer"]
        moved = [w for w in windows if instant(w.row["window_to"]) == limit]
        if moved:
            return min(moved, key=lambda w: (w.recorded_at, w.id))
    return case.last("assigned") or case.report


def headline_gap(view: View) -> Iterator[Seen]:
    headline, strict = (
        {v.ticket_id: v.verdict for v in board.verdicts(view.then, key, first=view.first, end=view.end)}
        for key in ("arrival_24h_rate", "arrival_24h_rate_strict")
    )
    codes = {(HIT, HIT): "in_time", (HIT, MISS): "in_time_by_window", (MISS, MISS): "late"}
    for ticket_id, verdict in headline.items():
        case = view.then.by_id[ticket_id or 0]
        other = strict[ticket_id]
        code = codes.get((verdict, other))
        if code is None and other in {HIT, MISS}:
            code = "strict_in_time" if other == HIT else "strict_late"
        if code:
            came = case.first("arrived")
            who = came.technician_id if came and came.technician_id is not None else case.assigned(deadline(case))
            yield view.seen(case, who, dispatcher(case), code == "in_time_by_window", code)


def deferrals(view: View) -> Iterator[Seen]:
    calls = view.calls()
    load = {day: len(list(own)) for day, own in groupby(sorted(view.then.day(c.report.at) for c in calls))}
    middle = median(load.values()) if load else 0
    for case in calls:
        of_day = load[view.then.day(case.report.at)]
        if of_day != middle:
            came = case.first("arrived")
            who = came.technician_id if came and came.technician_id is not None else case.assigned(view.then.as_of)
            code = "busy" if of_day > middle else "quiet"
            yield view.seen(case, who, dispatcher(case), deadline(case) > case.report.at + DAY, code)


def arrivals(view: View) -> Iterator[tuple[Case, Fact]]:
    return ((case, fact) for case in view.cases() for fact in case.of("arrived") if view.covers(fact.at))


def typed_late(view: View) -> Iterator[Seen]:
    for case, fact in arrivals(view):
        late = fact.recorded_at - fact.at > 2 * HOUR
        yield view.seen(case, fact.technician_id, fact, late, "typed_late" if late else "typed_soon")


def no_access(view: View) -> Iterator[Seen]:
    for case, fact in arrivals(view):
        away = bool(fact.row["no_access"])
        yield view.seen(case, fact.technician_id, None, away, "no_access" if away else "got_in")


def heaped(view: View) -> Iterator[Seen]:
    for case in view.calls():
        if (came := case.first("arrived")) and not is_day_alone(came):
            wait = came.at - case.report.at
            if timedelta(hours=23.5) < wait <= 24 * HOUR:
                yield view.seen(case, came.technician_id, came, True, "just_before")
            elif 24 * HOUR < wait <= timedelta(hours=24.5):
                yield view.seen(case, came.technician_id, came, False, "just_after")


def covered(view: View) -> Iterator[Seen]:
    for found in board.verdicts(view.then, "callback_coverage", first=view.first, end=view.end):
        case = view.then.by_id[found.ticket_id or 0]
        if found.verdict in {HIT, MISS} and case.row["type"] == "repair" and not case.row["on_site"] and case.done:
            came = case.first("arrived")
            code = "on_time" if came and came.at <= deadline(case) else "late"
            yield view.seen(case, case.done.technician_id, None, found.verdict == HIT, code)


def answers(view: View) -> Iterator[tuple[Case, Fact, Fact]]:
    for case, done, on in view.then.completed(*SERVICES):
        answer = counted_answer(view.then, case, done)
        if view.first <= on < view.end and case.outcome != "resolved_remotely" and answer:
            yield case, done, answer


def collected(view: View) -> Iterator[Seen]:
    for case, done, answer in answers(view):
        by = answer.row["source"] or "unknown"
        yield view.seen(case, done.technician_id, answer, by == "technician", f"by_{by}")


def fives(view: View) -> Iterator[Seen]:
    scored = [(case, done, a) for case, done, a in answers(view) if a.row["score"] is not None]
    people: dict[object, list[tuple[Case, Fact, Fact]]] = {}
    for case, done, answer in sorted(scored, key=lambda row: (row[2].at, row[2].id)):
        who = {"technician": done.technician_id, "clerk": answer.row["actor"]}.get(view.by or "")
        people.setdefault(who, []).append((case, done, answer))
    for own in people.values():
        runs = [list(run) for five, run in groupby(own, key=lambda row: row[2].row["score"] == 5) if five]
        longest = max(runs, key=len, default=[])  # the first of the longest
        for row in own:
            case, done, answer = row
            yield view.seen(case, done.technician_id, answer, row in longest, f"score_{answer.row['score']}")


def recoded(view: View) -> Iterator[Seen]:
    for case in view.cases():
        repair, kind = view.charged_before(case), case.row["type"]
        if not view.covers(case.report.at) or repair is None or repair.done is None:
            continue
        if kind != "repair" and _planned(view, case):
            continue
        if view.days_between(repair.done.at, case.report.at) <= 30:
            yield Seen(
                case.id, view.named(repair.done.technician_id), case.row["actor"], MISS if kind == "repair" else HIT,
                f"{kind}_after_T{repair.id}",
            )  # fmt: skip


def _planned(view: View, case: Case) -> bool:
    """A birthday's visit: it had a line when its report was typed."""
    lines = (line for line in view.then.outlet.lines if line["ticket_id"] == case.id and line["role"] == "care")
    return any(instant(line["recorded_at"]) <= case.report.recorded_at for line in lines)


def twins(view: View) -> Iterator[Seen]:
    raw = view.then.outlet
    known = [row for row in raw.appliances.values() if instant(row["recorded_at"]) <= view.then.as_of]

    def then(row: Row, field: str) -> str | None:
        return raw.value_at("appliance", row, field, view.then.as_of)

    def plain(serial: str | None) -> str | None:
        return serial.replace("-", "").lower() if serial else None

    def alike(older: Row, newer: Row) -> bool:
        own = [
            [str(then(row, name)).lower() for name in ("customer_id", "category", "model")] for row in (older, newer)
        ]
        apart = all(then(row, "serial") or row["ref"] for row in (older, newer))
        days = view.days_between(instant(older["recorded_at"]), instant(newer["recorded_at"]))
        return own[0] == own[1] and own[0][0] != "none" and not apart and days <= 30

    for newer in known:
        earlier = [row for row in known if row["id"] < newer["id"]]
        serial = plain(then(newer, "serial"))
        same = [row["id"] for row in earlier if serial and plain(then(row, "serial")) == serial]
        like = [row["id"] for row in earlier if alike(row, newer)]
        if view.covers(instant(newer["recorded_at"])):
            code = f"same_serial_as_A{max(same)}" if same else f"same_model_as_A{max(like)}" if like else "alone"
            yield Seen(newer["id"], None, newer["actor"], HIT if same or like else MISS, code)


def blank(view: View) -> Iterator[Seen]:
    for case in view.cases("repair"):
        if view.covers(case.report.at):
            done, none = case.done, case.row["appliance_id"] is None
            who = done.technician_id if done and done.technician_id is not None else case.assigned(view.then.as_of)
            verdict, code = (HIT, "no_machine") if none else (MISS, "machine_known")
            yield Seen(case.id, view.named(who), case.row["actor"], verdict, code)


def cancelled(view: View) -> Iterator[Seen]:
    for case in view.then.cases:
        end, came = case.cancelled, case.first("arrived")
        if not end or not view.covers(end.at):
            continue
        is_late = case.row["type"] == "repair" and end.at > deadline(case)
        place = case.report.at, case.id
        machine = case.row["appliance_id"]
        later = [(o.report.at, o.id) for o in view.then.by_appliance[machine]] if machine is not None else []
        following = min((other for other in later if other > place), default=None)
        when = "after_arrival" if came else "after_deadline" if is_late else "in_time"
        code = f"{when}_{end.row['reason'] or 'no_reason'}"
        who = came.technician_id if came and came.technician_id is not None else case.assigned(view.then.as_of)
        yield view.seen(case, who, end, bool(came or is_late), code + (f"_next_T{following[1]}" if following else ""))


def reached_at_once(view: View) -> Iterator[Seen]:
    for case in view.calls():
        if came := case.first("arrived"):
            soon = came.at - case.report.at < 15 * MINUTE
            yield view.seen(case, came.technician_id, case.report, soon, "within_15_min" if soon else "later")


def bumped(view: View) -> Iterator[Seen]:
    for case in view.cases("repair"):
        repair = view.charged_before(case)
        if repair and repair.done and view.covers(case.report.at):
            days = view.days_between(repair.done.at, case.report.at)
            who = repair.done.technician_id
            if 31 <= days <= 35:
                yield view.seen(case, who, case.report, True, f"days_31_to_35_after_T{repair.id}")
            elif 26 <= days <= 30:
                yield view.seen(case, who, case.report, False, f"days_26_to_30_after_T{repair.id}")


def remote(view: View) -> Iterator[Seen]:
    for case in view.cases("repair"):
        done = case.done
        if not done or case.outcome != "resolved_remotely" or case.row["appliance_id"] is None:
            continue
        if not view.covers(done.at) or view.then.today <= view.then.day(done.at) + 7 * DAY:
            continue
        again = [
            (other.report.at, other.id)
            for other in view.then.by_appliance[case.row["appliance_id"]]
            if other.row["type"] == "repair" and not other.withdrawn and other.report.at > done.at
            and view.days_between(done.at, other.report.at) <= 7
        ]  # fmt: skip
        who = done.technician_id if done.technician_id is not None else case.assigned(view.then.as_of)
        code = f"repair_within_7_days_by_T{min(again)[1]}" if again else "stayed_so"
        yield view.seen(case, who, done, bool(again), code)


def edited(view: View) -> Iterator[Seen]:
    raw = view.then.outlet
    parents: dict[str, dict[int, Row]] = {name: {f.id: f.row for f in raw.logs[name]} for name in LOGS}
    for name in LOGS:
        # These are in no figure of a ticket that an edit could polish.
        if name in {"consent", "reply", "contact", "contract", "exchange"}:
            continue
        for fact in raw.logs[name]:
            gone = fact.voided_at
            if gone is None or gone > view.then.as_of or not view.covers(fact.at):
                continue
            if raw.day(gone).replace(day=1) <= raw.day(fact.at).replace(day=1):
                continue
            heirs = [f for f in raw.logs[name] if name == "event" and f.row["corrects_id"] == fact.place]
            corrected = any(f.recorded_at == gone for f in heirs)
            kind = fact.kind if name == "event" else name
            parent = name.split("_")[0]
            about = parents[parent][fact.row[f"{parent}_id"]] if parent != name and parent in parents else fact.row
            who = view.named(fact.row.get("technician_id"))
            code = f"{kind}_{'corrected' if corrected else 'voided'}"
            yield Seen(about["ticket_id"], who, fact.row["voided_by"], HIT, code)
    yield from retold(view)


def retold(view: View) -> Iterator[Seen]:
    """Appliance, fault and type that tickets of the period had at the end of their month and have no more."""
    for case in view.then.cases:
        if not view.covers(case.report.at):
            continue
        month = view.then.day(case.report.at).replace(day=1)
        for field in ("appliance_id", "fault", "type"):
            later = [
                row
                for row in view.then.outlet.changes
                if row["ticket_id"] == case.id and row["field"] == field and row["origin"] != "imported"
                and instant(row["recorded_at"]) <= view.then.as_of
                and view.then.day(instant(row["recorded_at"])).replace(day=1) > month
            ]  # fmt: skip
            later.sort(key=lambda row: (instant(row["recorded_at"]), row["id"]))
            if later and later[0]["old"] != later[-1]["new"]:
                done = case.done.technician_id if case.done else None
                who = done if done is not None else case.assigned(view.then.as_of)
                yield Seen(
                    case.id, view.named(who), later[-1]["actor"], HIT, f"{field.removesuffix('_id')}_edited"
                )  # fmt: skip


def past_the_gate(view: View) -> Iterator[Seen]:
    """Issues of parts, and whether they were forced."""
    codes = view.then.outlet.parts
    for fact in view.then.outlet.logs["part_issue"]:
        if fact.is_visible(view.then.as_of) and view.covers(fact.at):
            is_forced = fact.row["forced"] is not None
            code = f"{'past_the_gate' if is_forced else 'nothing_overdue'}_{codes[fact.row['part_id']]['code']}"
            who = view.named(fact.technician_id)
            yield Seen(fact.row["ticket_id"], who, fact.row["actor"], HIT if is_forced else MISS, code)


def doubtful(view: View) -> Iterator[Seen]:
    for case in view.then.cases:
        end = case.cancelled
        if end is None or end.row["reason"] != "duplicate" or not view.covers(end.at):
            continue
        stays = view.then.by_id.get(end.row["duplicate_of_id"] or 0)
        done = stays.done if stays else None
        late = done is not None and case.report.at - done.at > DAY
        if end.row["note"] or late:
            code = f"{'forced_duplicate' if end.row['note'] else 'after_completion'}_of_T{end.row['duplicate_of_id']}"
            yield view.seen(case, done.technician_id if done else None, end, True, code)


def short(view: View) -> Iterator[Seen]:
    for case in view.cases("repair"):
        done = case.done
        if done and not is_day_alone(done) and case.outcome == "fixed" and case.visits and view.covers(done.at):
            soon = done.at - case.visits[-1].at < 10 * MINUTE
            yield view.seen(case, done.technician_id, done, soon, "within_10_min" if soon else "longer")


def paid_unquoted(view: View) -> Iterator[Seen]:
    """Repairs that were paid for, by what the customer had said to the last price told before the completion."""
    raw, as_of = view.then.outlet, view.then.as_of
    logs = {name: [f for f in raw.logs[name] if f.is_visible(as_of)] for name in ("quote", "quote_answer", "charge")}
    for case in view.cases("repair"):
        done = case.done
        paid = [c for c in logs["charge"] if c.row["ticket_id"] == case.id and c.row["paid_fen"] is not None]
        if not done or not view.covers(done.at) or not paid:
            continue
        told = [q for q in logs["quote"] if q.row["ticket_id"] == case.id and q.at <= done.at]
        last = max(told, key=lambda q: (q.at, q.id), default=None)
        said = [a for a in logs["quote_answer"] if last and a.row["quote_id"] == last.id and a.at <= done.at]
        if last is None:
            code = "no_quote"
        elif not said:
            code = "quote_not_answered"
        elif said[0].row["kind"] == "refused":
            code = "quote_refused"
        else:
            code = "accepted_after_arrival" if case.visits and last.at > case.visits[0].at else "accepted"
        yield view.seen(case, done.technician_id, paid[0], not code.startswith("accepted"), code)


SIGNALS: dict[str, Callable[[View], Iterator[Seen]]] = {
    "I1": headline_gap, "I2": deferrals, "I3": typed_late, "I4": heaped, "I5": no_access, "I6": covered,
    "I7": collected, "I8": fives, "I9": recoded, "I10": twins, "I11": blank, "I12": cancelled, "I13": reached_at_once,
    "I14": bumped, "I15": remote, "I16": edited, "I17": short, "I18": doubtful, "I19": paid_unquoted,
    "I20": past_the_gate,
}  # fmt: skip
