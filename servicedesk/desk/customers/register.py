"""Register, find and correct customers, and give them a tier."""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from servicedesk.base import text as texts
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import coded, joined, say, say_count
from servicedesk.base.sameness import Phone
from servicedesk.base.table import Table, columns, record
from servicedesk.base.text import one_line
from servicedesk.domain.model import Stamp, Tier
from servicedesk.records import phones as phoning
from servicedesk.records.customers import COLUMNS, _cards, _with_ids, _with_phones, get_standing, one, row_of, tier_on
from servicedesk.storage import changes
from servicedesk.storage.database import Database, Row


def _at_home(db: Database, name: str, address: str | None) -> list[Row]:
    """Customers of the same name at the same address, however the two are spelt."""
    if address is None:
        return []
    from servicedesk.storage.search import index

    return _with_ids(db, index.at_home(db, name, address))


def add_customer(
    db: Database,
    stamp: Stamp,
    name: str,
    *,
    phones: Sequence[str],
    address: str | None = None,
    area: str | None = None,
    tier: str | None = None,
    household_id: int | None = None,
    note: str | None = None,
    force: bool = False,
) -> Table:
    """A new customer; RefusedError with the candidates where the phone, or the name at that address, is known.

    `force` goes on, and so does the household of a candidate. A tier applies from today.
    """
    name, numbers = one_line(name, say("the name")), phoning.several(phones)
    if not numbers:
        raise UsageError(say("a customer has a phone"), hint=say("--phone 13800138000"))
    address, area = _optional(address, say("the address")), _optional(area, say("the area"))
    remark = None if note is None else texts.remark(note, say("the note"))
    with db.atomic():
        if household_id is not None:
            from servicedesk.records import households

            households.get(db, household_id)
        known = {row["id"]: row for row in (*_with_phones(db, numbers), *_at_home(db, name, address))}
        homes = {row["household_id"] for row in known.values()} - {None}
        if known and not force and household_id not in homes:
            raise _known(list(known.values()), homes, [number.digits for number in numbers])
        customer_id = enroll_customer(
            db, stamp, name=name, phones=numbers, address=address, area=area, tier=tier, household_id=household_id
        )
        if remark is not None:
            db.insert("note", stamp, customer_id=customer_id, text=remark)
        notes = (
            [say("beside {known}: the same phone or home", known=", ".join(f"C{other}" for other in known))]
            if known
            else []
        )
        return one(db, customer_id, on=stamp.recorded_at[:10], notes=notes)


def _optional(text: str | None, what: str) -> str | None:
    return None if text is None else one_line(text, what)


def _known(found: Sequence[Row], homes: Iterable[int], typed: Collection[str]) -> RefusedError:
    ways = [say("'customer show C{id}'", id=found[0]["id"]), say("--force for somebody else")]
    ways[1:1] = [say("--household H{home} for another of the home", home=home) for home in sorted(homes)[:3]]
    return RefusedError(
        say("known already, nothing was written:\n{cards}", cards=_cards(found, typed)), hint=joined("; ", ways)
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
    source: str | None = None,
    ref: str | None = None,
    digest: str | None = None,
) -> int:
    """Inside a transaction: a customer with phones and a tier from the stamp's day, nothing compared; the id."""
    customer_id = db.insert(
        "customer",
        stamp,
        name=name,
        household_id=household_id,
        household_relation=relation,
        address=address,
        area=area,
        source=source,
        ref=ref,
        digest=digest,
    )
    for phone in phones:
        db.insert("phone", stamp, customer_id=customer_id, **phone._asdict())
    if tier is not None and tier != Tier.ORDINARY:
        db.insert("tier", stamp, customer_id=customer_id, tier=tier, from_on=stamp.recorded_at[:10])
    return customer_id


def find_customers(db: Database, text: str, *, on: str, limit: int = 0) -> Table:
    """Customers by a part of name, phone, address, or of a machine's serial, or by the pinyin of the name.

    The exact ones first, then those that begin so. Phones are compared by their digits, where the text could be one.
    `limit`: no more than that; 0: all.
    """
    from servicedesk.storage.search import index

    near = index.near(db, one_line(text, say("the text")))
    ids = list(islice(near, limit + 1) if limit else near)
    notes: tuple[str, ...] = ()
    if limit and len(ids) > limit:
        notes = (say("more than {limit} are found: type more of it, or --limit 0 shows all", limit=limit),)
    rows = _with_ids(db, ids[: limit or None], on=on)
    return Table(COLUMNS, [row_of(row) for row in rows], notes=notes)


def edit_customer(
    db: Database,
    stamp: Stamp,
    customer_id: int,
    *,
    name: str | None = None,
    address: str | None = None,
    area: str | None = None,
    phones: Sequence[str] = (),
    dropped: Sequence[str] = (),
    force: bool = False,
) -> Table:
    """Newest values; what was before stays in `change` and in voided phones. `phones` are added, `dropped` voided.

    RefusedError where a phone is somebody's outside the household, unless `force`.
    """
    given = {"name": name, "address": address, "area": area}
    values: dict[str, str | int | None] = {
        k: one_line(v, say("the {what}", what=coded(k))) for k, v in given.items() if v is not None
    }
    if not (values or phones or dropped):
        raise UsageError(say("nothing to change"), hint=say("--name, --phone, --drop-phone, --address or --area"))
    with db.atomic():
        row = get_standing(db, customer_id)
        customer_id = row["id"]
        differing = changes.write_changes(db, stamp, "customer", customer_id, values)
        lost = [number for number in dropped if phoning.drop_phone(db, stamp, customer_id, number)]
        fresh = [phone for phone in phoning.several(phones) if _add_phone(db, stamp, row, phone, force=force)]
        same = say("C{customer_id}: known already, nothing changed", customer_id=customer_id)
        notes = [] if differing or lost or fresh else [same]
        return one(db, customer_id, on=stamp.recorded_at[:10], notes=notes)


def _add_phone(db: Database, stamp: Stamp, customer: Row, phone: Phone, *, force: bool) -> bool:
    """Inside a transaction: one more phone; False where the customer has it."""
    own = db.rows(phoning.OWN, id=customer["id"], digits=phone.digits)
    if any(row["voided_at"] is None and row["extension"] == phone.extension for row in own):
        return False
    others = [row for row in _with_phones(db, [phone]) if row["id"] != customer["id"]]
    home = customer["household_id"]
    if others and not force and (home is None or home not in {row["household_id"] for row in others}):
        raise RefusedError(
            say(
                "{number} is known already, nothing was written:\n{cards}",
                number=phone.number,
                cards=_cards(others, {phone.digits}),
            ),
            hint=say(
                "'household link C{id} C{id2}' if they are one home, else --force",
                id=others[0]["id"],
                id2=customer["id"],
            ),
        )
    db.insert("phone", stamp, customer_id=customer["id"], **phone._asdict())
    return True


LATER = "SELECT tier, from_on FROM tier WHERE customer_id = :id AND from_on > :on AND voided_at IS NULL ORDER BY 2, id"


_TIER_COLUMNS = columns("id:C=customer", "name", "tier", "household_id:H=household", "from_on:date=from")


def set_tier(db: Database, stamp: Stamp, customer_id: int, tier: str, *, from_on: str) -> Table:
    """The customer's tier from that day on; the open maintenance lines follow (M11, M12)."""
    with db.atomic():
        customer = get_standing(db, customer_id)
        customer_id = customer["id"]
        notes = []
        if tier_on(db, customer_id, from_on) == tier:
            notes.append(
                say(
                    "C{customer_id} is {tier} on {from_on} already, nothing changed",
                    customer_id=customer_id,
                    tier=coded(tier),
                    from_on=from_on,
                )
            )
        else:
            db.insert("tier", stamp, customer_id=customer_id, tier=tier, from_on=from_on)
            ended = _replan_machines(db, stamp, customer_id)
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
        return record(_TIER_COLUMNS, row, notes=tuple(notes))


def _replan_machines(db: Database, stamp: Stamp, customer_id: int) -> int:
    """Inside a transaction: how many open lines the new tier has ended."""
    from servicedesk.desk.maintenance import lines
    from servicedesk.records import appliances

    machines = [row["id"] for row in appliances.of_customer(db, customer_id)]
    on = stamp.recorded_at[:10]
    return lines.replan_lines(db, stamp, appliance_ids=machines, reason="tier_change", on=on) if machines else 0
