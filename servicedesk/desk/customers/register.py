"""Register, find and correct customers, and give them a tier."""

from collections.abc import Collection, Iterable, Sequence
from itertools import chain, islice
from typing import NamedTuple

from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import coded, item_list, joined, say, say_count
from servicedesk.base.phones import parse_phone, parse_phones
from servicedesk.base.sameness import Phone
from servicedesk.base.table import Result, Table, columns, nothing_changed, readable_phone, record
from servicedesk.base.text import free_text, one_line
from servicedesk.desk.customers import introductions
from servicedesk.domain.customer_codes import CustomerKind, Tier
from servicedesk.domain.model import Stamp
from servicedesk.records.customers import (
    COLUMNS,
    candidate_cards,
    customer_cells,
    customer_table,
    get_standing_customer,
    get_tier,
    list_customers,
    list_customers_with_phones,
)
from servicedesk.storage.changes import write_changes
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk


def _list_at_home(db: Database, name: str, address: str | None) -> list[Row]:
    """Return customers of the same name at the same address, however the two are spelt: 張偉 is 张伟."""
    if address is None:
        return []
    from servicedesk.storage.search import index
    from servicedesk.storage.search.spellings import other_spellings

    names = (name, *other_spellings(name))
    return list_customers(db, chain.from_iterable(index.find_at_address(db, one, address) for one in names))


class KnownError(RefusedError):
    """A customer with that phone, or that name and address, is recorded already; `force` registers another one."""


class Trade(NamedTuple):
    """Kind and class of a trade customer (S10); a class alone makes somebody a trade customer, too."""

    kind: str | None = None
    trade_class: str | None = None

    @property
    def values(self) -> dict[str, str | None]:
        """Return the customer's columns of kind and class. UsageError if a household has a class."""
        if self.kind == CustomerKind.HOUSEHOLD:
            if self.trade_class is not None:
                raise UsageError(say("a household has no --trade-class"), hint=say("--kind trade"))
            return {"kind": None, "trade_class": None}
        if self.trade_class is not None:
            return {"kind": CustomerKind.TRADE.value, "trade_class": self.trade_class}
        return {"kind": self.kind} if self.kind else {}


class NewCustomer(NamedTuple):
    """A customer to register. The tier applies from today. `no_phone`: the customer has none.

    `force`: register even if the phone or the address is known.
    """

    name: str
    phones: Sequence[str]
    address: str | None = None
    area: str | None = None
    tier: str | None = None
    household_id: int | None = None
    note: str | None = None
    force: bool = False
    no_phone: bool = False
    introducer_id: int | None = None
    trade: "Trade | None" = None


_MOST_NAMESAKES = 3


def add_customer(desk: Desk, newcomer: NewCustomer) -> Result:
    """Register a customer. Return the customer, with notes on others who have the same phone, address or name."""
    with desk.db.atomic():
        customer_id, notes = write_customer(desk, newcomer)
        return Result(customer_table(desk.db, customer_id, on=desk.today), notes)


def write_customer(desk: Desk, newcomer: NewCustomer) -> tuple[int, list[str]]:
    """Register a customer, inside a transaction. Return the id, and the notes.

    KnownError with the candidates if the phone, or the name at that address, is known. With `force`, or in the
    household of a candidate, the customer is registered nevertheless.
    """
    name, numbers = one_line(newcomer.name, say("the name")), parse_phones(newcomer.phones)
    if not numbers and not newcomer.no_phone:
        raise UsageError(say("missing option '--phone'"), hint=say("--no-phone for somebody who has none"))
    if numbers and newcomer.no_phone:
        raise UsageError(say("--phone and --no-phone exclude each other"))
    address, area = _optional(newcomer.address, say("the address")), _optional(newcomer.area, say("the area"))
    text = None if newcomer.note is None else free_text(newcomer.note, say("the note"))
    db, household_id = desk.db, newcomer.household_id
    if household_id is not None:
        from servicedesk.records import households

        households.get_household(db, household_id)
    known = list_known(db, name, numbers, address)
    homes = {row["household_id"] for row in known} - {None}
    if known and not newcomer.force and household_id not in homes:
        raise _double_error(known, homes, [number.digits for number in numbers])
    introducer_id = newcomer.introducer_id
    if introducer_id is not None:
        introducer_id = introductions.find_introducer(db, introducer_id)
    customer_id = enroll_customer(
        db,
        desk.stamp,
        name=name,
        phones=numbers,
        address=address,
        area=area,
        tier=newcomer.tier,
        household_id=household_id,
        introducer_id=introducer_id,
        trade=newcomer.trade.values if newcomer.trade else None,
    )
    if text is not None:
        db.insert("note", desk.stamp, customer_id=customer_id, text=text)
    return customer_id, _same_notes(db, customer_id, name, [row["id"] for row in known])


def _same_notes(db: Database, customer_id: int, name: str, known: list[int]) -> list[str]:
    """Return notes on customers with the same phone or address as a new one, and on others with the same name."""
    from servicedesk.storage.search import index

    namesakes = [other for other in index.find_namesakes(db, name) if other not in {customer_id, *known}]
    notes = []
    if known:
        notes.append(say("{known} has the same phone or address", known=_references(known)))
    if namesakes:
        more = len(namesakes) - _MOST_NAMESAKES
        shown = joined(
            " ", [_references(namesakes[:_MOST_NAMESAKES]), *([say("and {n} more", n=more)] if more > 0 else [])]
        )
        notes.append(say("{known} has the same name", known=shown))
    return notes


def _references(ids: Iterable[int]) -> str:
    return item_list(f"C{customer_id}" for customer_id in ids)


def list_known(db: Database, name: str, numbers: Sequence[Phone], address: str | None) -> list[Row]:
    """Return customers who may be the same person: with one of the phones, or with that name at that address."""
    found = (*list_customers_with_phones(db, numbers), *_list_at_home(db, name, address))
    return list({row["id"]: row for row in found}.values())


def _optional(text: str | None, what: str) -> str | None:
    return None if text is None else one_line(text, what)


def _double_error(found: Sequence[Row], homes: Iterable[int], typed: Collection[str]) -> KnownError:
    ways = [say("'customer show C{id}'", id=found[0]["id"]), say("--force for somebody else")]
    ways[1:1] = [say("--household H{home} for another of the home", home=home) for home in sorted(homes)[:3]]
    return KnownError(
        say("already recorded, nothing was written:\n{cards}", cards=candidate_cards(found, typed)),
        hint=joined("; ", ways),
    )


def enroll_customer(
    db: Database,
    stamp: Stamp,
    *,
    name: str,
    phones: Sequence[Phone] = (),
    address: str | None = None,
    area: str | None = None,
    tier: str | None = None,
    household_id: int | None = None,
    relation: str | None = None,
    introducer_id: int | None = None,
    source: str | None = None,
    ref: str | None = None,
    digest: str | None = None,
    trade: dict[str, str | None] | None = None,
) -> int:
    """Insert a customer with phones and a tier from the stamp's day, inside a transaction, without any check."""
    customer_id = db.insert(
        "customer",
        stamp,
        name=name,
        household_id=household_id,
        household_relation=relation,
        address=address,
        area=area,
        introduced_by_id=introducer_id,
        source=source,
        ref=ref,
        digest=digest,
        **(trade or {}),
    )
    for phone in phones:
        db.insert("phone", stamp, customer_id=customer_id, **phone._asdict())
    if tier is not None and tier != Tier.ORDINARY:
        db.insert("tier", stamp, customer_id=customer_id, tier=tier, from_on=stamp.recorded_at[:10])
    return customer_id


def find_customers(db: Database, text: str, *, on: str, limit: int = 0) -> Result:
    """Return customers by a part of name, phone or address, of an appliance's serial, or by the pinyin of the name.

    Exact matches come first, then those that begin with the text. A text that could be a phone is compared by its
    digits. `limit`: at most so many; 0: all.
    """
    rows = list_near(db, text, on=on, limit=limit + 1 if limit else None)
    notes = []
    if limit and len(rows) > limit:
        notes = [say("more than {limit} are found: type more of it, or --limit 0 shows all", limit=limit)]
    cells = [customer_cells(row) for row in rows[: limit or None]]
    return Result(Table(COLUMNS, cells, empty=say("No customer found")), notes, changed=False)


def list_near(db: Database, text: str, *, on: str, limit: int | None = None) -> list[Row]:
    """Return the rows of `find_customers`, the best match first."""
    from servicedesk.storage.search import index

    return list_customers(db, islice(index.find_matches(db, one_line(text, say("the text"))), limit), on=on)


def edit_customer(
    desk: Desk,
    customer_id: int,
    *,
    name: str | None = None,
    address: str | None = None,
    area: str | None = None,
    phones: Sequence[str] = (),
    dropped: Sequence[str] = (),
    introducer_id: int | None = None,
    force: bool = False,
    trade: Trade | None = None,
) -> Result:
    """Change a customer; `change` and voided phones keep the old values. `phones` are added, `dropped` are voided.

    `introducer_id`: 0 for nobody. RefusedError if somebody outside the household has the phone, unless `force`.
    """
    given = {"name": name, "address": address, "area": area}
    values: dict[str, str | int | None] = {
        k: one_line(v, say("the {what}", what=coded(k))) for k, v in given.items() if v is not None
    }
    values |= trade.values if trade else {}
    if not (values or phones or dropped or introducer_id is not None):
        raise UsageError(
            say("nothing to change"), hint=say("--name, --phone, --drop-phone, --address, --area or --introduced-by")
        )
    with desk.db.atomic():
        row = get_standing_customer(desk.db, customer_id)
        customer_id = row["id"]
        if introducer_id is not None:
            by = introductions.find_introducer(desk.db, introducer_id, of_id=customer_id) if introducer_id else None
            values["introduced_by_id"] = by
        differing = write_changes(desk.db, desk.stamp, "customer", customer_id, values)
        lost = [number for number in dropped if _drop_phone(desk, customer_id, number)]
        fresh = [phone for phone in parse_phones(phones) if _add_phone(desk, row, phone, force=force)]
        changed = bool(differing or lost or fresh)
        notes = [] if changed else [nothing_changed(f"C{customer_id}")]
        if fresh and not dropped:
            notes += _earlier_phones_note(desk.db, customer_id, fresh)
        return Result(customer_table(desk.db, customer_id, on=desk.today), notes, changed)


def _earlier_phones_note(db: Database, customer_id: int, fresh: Sequence[Phone]) -> list[str]:
    """Return a note on earlier phones that stay beside a new one, with the command that drops them; [] without any."""
    new = {phone.digits for phone in fresh}
    sql = "SELECT number, digits FROM phone WHERE customer_id = :id AND voided_at IS NULL ORDER BY id"
    kept = [readable_phone(row["number"]) for row in db.rows(sql, id=customer_id) if row["digits"] not in new]
    if not kept:
        return []
    return [say("C{id} keeps {numbers} too; if it is no more: customer edit C{id} --drop-phone {first}", id=customer_id,
                numbers=item_list(kept), first=f"'{kept[0]}'" if " " in kept[0] else kept[0])]  # fmt: skip


OWN = """
SELECT id, number, extension, voided_at FROM phone WHERE customer_id = :id AND digits = :digits ORDER BY id DESC
"""


def _drop_phone(desk: Desk, customer_id: int, number: str) -> bool:
    """Void a phone of the customer, inside a transaction. Return False if it was voided before.

    A number typed without its extension is found if the line has only one extension.
    """
    phone = parse_phone(number)
    line = desk.db.rows(OWN, id=customer_id, digits=phone.digits)
    own = [row for row in line if row["extension"] == phone.extension]
    if not own and phone.extension is None:
        own = line
    if not own:
        raise NotFoundError(
            say("C{customer_id} has no phone {number}", customer_id=customer_id, number=number.strip()),
            hint=say("'customer show C{customer_id}'", customer_id=customer_id),
        )
    standing = [row["id"] for row in own if row["voided_at"] is None]
    if len(standing) > 1:
        numbers = item_list([row["number"] for row in own if row["voided_at"] is None])
        raise RefusedError(
            say("{number} may be {numbers}", number=number.strip(), numbers=numbers), hint=say("name the extension")
        )
    for phone_id in standing:
        sql = "UPDATE phone SET voided_at = :at, voided_by = :by WHERE id = :id"
        desk.db.run(sql, at=desk.stamp.recorded_at, by=desk.stamp.actor, id=phone_id)
    return bool(standing)


def _add_phone(desk: Desk, customer: Row, phone: Phone, *, force: bool) -> bool:
    """Give the customer one more phone, inside a transaction. Return False if the customer has it already."""
    own = desk.db.rows(OWN, id=customer["id"], digits=phone.digits)
    if any(row["voided_at"] is None and row["extension"] == phone.extension for row in own):
        return False
    others = [row for row in list_customers_with_phones(desk.db, [phone]) if row["id"] != customer["id"]]
    home = customer["household_id"]
    if others and not force and (home is None or home not in {row["household_id"] for row in others}):
        raise RefusedError(
            say(
                "{number} is already recorded, nothing was written:\n{cards}",
                number=phone.number,
                cards=candidate_cards(others, {phone.digits}),
            ),
            hint=say(
                "'household link C{id} C{id2}' if they are one home, else --force",
                id=others[0]["id"],
                id2=customer["id"],
            ),
        )
    desk.db.insert("phone", desk.stamp, customer_id=customer["id"], **phone._asdict())
    return True


LATER = "SELECT tier, from_on FROM tier WHERE customer_id = :id AND from_on > :on AND voided_at IS NULL ORDER BY 2, id"


_TIER_COLUMNS = columns("id:C=customer", "name", "tier", "household_id:H=household", "from_on:date=from")


def set_tier(desk: Desk, customer_id: int, tier: str, *, from_on: str) -> Result:
    """Give the customer a tier from that day on; the open maintenance lines follow (M11, M12)."""
    db = desk.db
    with db.atomic():
        customer = get_standing_customer(db, customer_id)
        customer_id = customer["id"]
        notes = []
        changed = get_tier(db, customer_id, from_on) != tier
        if not changed:
            notes.append(
                say(
                    "C{customer_id} is {tier} on {from_on} already, nothing changed",
                    customer_id=customer_id,
                    tier=coded(tier),
                    from_on=from_on,
                )
            )
        else:
            db.insert("tier", desk.stamp, customer_id=customer_id, tier=tier, from_on=from_on)
            ended = _replan_machines(desk, customer_id)
            notes += [
                say_count(
                    "{n} open maintenance line ended: {reason}",
                    "{n} open maintenance lines ended: {reason}",
                    n=ended,
                    reason=coded("tier_change"),
                )
            ] * (ended > 0)
        notes += [
            say("from {from_on} on it is {tier}, as recorded before", from_on=row["from_on"], tier=coded(row["tier"]))
            for row in db.rows(LATER, id=customer_id, on=from_on)
        ]
        row = [customer_id, customer["name"], tier, customer["household_id"], from_on]
        return Result(record(_TIER_COLUMNS, row), notes, changed)


def _replan_machines(desk: Desk, customer_id: int) -> int:
    """End the open lines that the new tier no longer gives, inside a transaction. Return how many."""
    from servicedesk.desk.maintenance import lines
    from servicedesk.records import appliances

    machines = [row["id"] for row in appliances.list_appliances_in_use(desk.db, customer_id)]
    if not machines:
        return 0
    return lines.replan_lines(desk, machines, reason="tier_change")
