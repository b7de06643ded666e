"""Customers: registered, found, changed, and their tier. The file that pops up is in profiles.py."""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Any

from servicedesk.core import sameness, texts, words
from servicedesk.core.errors import NotFoundError, RefusedError, UsageError
from servicedesk.core.model import Stamp, Tier
from servicedesk.core.said import coded, count_said, joined, say
from servicedesk.core.sameness import Phone
from servicedesk.core.table import Table, columns, record, shown
from servicedesk.desk import changes, phoning, standing
from servicedesk.desk.database import Database, Row
from servicedesk.desk.lists import listed, parsed

# Of the rows that apply on a day the latest from_on wins, then the latest recorded; before the first: ordinary.
TIER_ON = """coalesce((SELECT r.tier FROM tier r WHERE r.customer_id = c.id AND r.from_on <= :on AND r.voided_at IS NULL
                        ORDER BY r.from_on DESC, r.id DESC LIMIT 1), 'ordinary')"""

PHONES = """(SELECT json_group_array(n.number)
               FROM (SELECT number FROM phone WHERE customer_id = c.id AND voided_at IS NULL ORDER BY id) n)"""

# One row per customer; :on is the day of the tier.
CUSTOMERS = f"""
SELECT c.id, c.name, {TIER_ON} AS tier, c.household_id, {PHONES} AS phones, c.address, c.area
  FROM customer c
"""

# cli.md fixes the first four keys.
COLUMNS = columns("id:C=customer", "name", "tier", "household_id:H=household", "phones", "address", "area")


def row_of(found: Row) -> list[Any]:
    """A row of CUSTOMERS in the order of COLUMNS."""
    return [parsed(found[column.key]) if column.key == "phones" else found[column.key] for column in COLUMNS]


def one(db: Database, customer_id: int, *, on: str, notes: Iterable[str] = ()) -> Table:
    """The customer as one object, with the tier of that day."""
    found = db.row(f"{CUSTOMERS} WHERE c.id = :id AND c.voided_at IS NULL", id=customer_id, on=on)
    if found is None:
        raise _unknown(db, customer_id)
    return record(COLUMNS, row_of(found), notes=tuple(notes))


def get(db: Database, customer_id: int) -> Row:
    """The customer's own row, or that of who the customer is by now, which is told; NotFoundError."""
    found = db.row("SELECT * FROM customer WHERE id = :id AND voided_at IS NULL", id=customer_id)
    if found is None:
        raise _unknown(db, customer_id)
    if found["merged_into_id"] is None:
        return found
    if db.talk:
        db.talk(say("C{gone} is C{kept} by now", gone=customer_id, kept=found["merged_into_id"]))
    return get(db, found["merged_into_id"])


def known(db: Database, customer_id: int) -> Row:
    """The row of somebody of whom more may be written; RefusedError where the person was forgotten."""
    found = get(db, customer_id)
    if found["forgotten_at"] is not None:
        raise RefusedError(
            say("C{id} was forgotten {day}", id=found["id"], day=found["forgotten_at"][:10]),
            hint=say("'customer add NAME --phone P' registers a person anew"),
        )
    return found


def _unknown(db: Database, customer_id: int) -> NotFoundError:
    return standing.gone(db, "customer", customer_id) or NotFoundError(
        say("there is no customer C{customer_id}", customer_id=customer_id), hint=say("'customer find' searches")
    )


def by_phone(db: Database, phone: str) -> Row:
    """The one customer with that phone; NotFoundError, or RefusedError with the candidates where there are several."""
    found = all_by_phone(db, phone)
    digits = phoning.single(phone).digits
    if not found:
        near = _with_ids(db, _ending(db, digits))
        hint = say("'customer add NAME --phone {phone}' registers one", phone=phone.strip())
        if near:
            hint = say("numbers that end so:\n{cards}\nif it is none of them, {hint}", cards=_cards(near), hint=hint)
        raise NotFoundError(say("nobody has the phone {phone}", phone=phone.strip()), hint=hint)
    if len(found) > 1:
        raise RefusedError(
            say(
                "{phone} belongs to {n} customers:\n{cards}",
                phone=phone.strip(),
                n=len(found),
                cards=_cards(found, {digits}),
            ),
            hint=say("name the one who speaks, as in C{id} instead of the phone", id=found[0]["id"]),
        )
    return get(db, found[0]["id"])


def all_by_phone(db: Database, phone: str) -> list[Row]:
    """Everybody with that phone: who has the extension that was given, else all on that line."""
    wanted = phoning.single(phone)
    line = {"digits": wanted.digits, "extension": wanted.extension, "on": "9999-12-31"}
    exact = db.rows(_SAME_EXTENSION, **line) if wanted.extension else []
    return exact or _with_phones(db, [wanted])


def tier_on(db: Database, customer_id: int, day: str) -> str:
    """The customer's tier on that day."""
    found: str = db.value(f"SELECT {TIER_ON} FROM customer c WHERE c.id = :id", id=customer_id, on=day)
    return found


_SAME_PHONE = f"""{CUSTOMERS} WHERE c.id IN (
    SELECT customer_id FROM phone WHERE voided_at IS NULL AND digits IN (SELECT value FROM json_each(:digits)))
 ORDER BY c.id"""


_SAME_EXTENSION = f"""{CUSTOMERS} WHERE c.id IN (
    SELECT customer_id FROM phone WHERE voided_at IS NULL AND digits = :digits AND extension = :extension)
 ORDER BY c.id"""


def _with_phones(db: Database, phones: Iterable[Phone]) -> list[Row]:
    """Everybody on one of these lines."""
    return db.rows(_SAME_PHONE, digits=listed(phone.digits for phone in phones), on="9999-12-31")


def _ending(db: Database, digits: str, most: int = 3) -> list[int]:
    """Who has a number that ends so; four digits at least, fewer are nobody's."""
    if len(digits) < 4:
        return []
    from servicedesk.desk import searching

    return list(islice(searching.ending(db, digits), most))


def _at_home(db: Database, name: str, address: str | None) -> list[Row]:
    """Customers of the same name at the same address, however the two are spelt."""
    if address is None:
        return []
    from servicedesk.desk import searching

    return _with_ids(db, searching.at_home(db, name, address))


def _with_ids(db: Database, ids: Iterable[int], *, on: str = "9999-12-31") -> list[Row]:
    """The customers in that order."""
    wanted = list(ids)
    if not wanted:
        return []
    sql = f"{CUSTOMERS} WHERE c.id IN (SELECT value FROM json_each(:ids))"
    rows = {row["id"]: row for row in db.stream(sql, ids=listed(wanted), on=on)}
    return [rows[customer_id] for customer_id in wanted]


def _cards(found: Sequence[Row], typed: Collection[str] = (), most: int = 10) -> str:
    """Candidates for the eye, one a line: reference, name, phones, address; phones masked but for the typed ones."""

    def seen(number: str) -> str:
        return number if sameness.phone_digits(number) in typed else texts.masked(number)

    told = [
        "  ".join(
            ["", shown(row["id"], "C"), *(" ".join(shown(v).split()) for v in (row["name"], phones, address) if v)]
        )
        for row in found[:most]
        for phones, address in [(list(map(seen, parsed(row["phones"]))), row["address"])]
    ]
    return joined("\n", told + [say("  and {n} more", n=len(found) - most)] * (len(found) > most))


def added(
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
    name, numbers = words.name(name, say("the name")), phoning.several(phones)
    if not numbers:
        raise UsageError(say("a customer has a phone"), hint=say("--phone 13800138000"))
    address, area = _optional(address, say("the address")), _optional(area, say("the area"))
    remark = None if note is None else texts.remark(note, say("the note"))
    with db.atomic():
        if household_id is not None:
            from servicedesk.desk import households

            households.get(db, household_id)
        known = {row["id"]: row for row in (*_with_phones(db, numbers), *_at_home(db, name, address))}
        homes = {row["household_id"] for row in known.values()} - {None}
        if known and not force and household_id not in homes:
            raise _known(list(known.values()), homes, [number.digits for number in numbers])
        customer_id = enrolled(
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
    return None if text is None else words.name(text, what)


def _known(found: Sequence[Row], homes: Iterable[int], typed: Collection[str]) -> RefusedError:
    ways = [say("'customer show C{id}'", id=found[0]["id"]), say("--force for somebody else")]
    ways[1:1] = [say("--household H{home} for another of the home", home=home) for home in sorted(homes)[:3]]
    return RefusedError(
        say("known already, nothing was written:\n{cards}", cards=_cards(found, typed)), hint=joined("; ", ways)
    )


def enrolled(
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


def found(db: Database, text: str, *, on: str, limit: int = 0) -> Table:
    """Customers by a part of name, phone, address, or of a machine's serial, or by the pinyin of the name.

    The exact ones first, then those that begin so. Phones are compared by their digits, where the text could be one.
    `limit`: no more than that; 0: all.
    """
    from servicedesk.desk import searching

    near = searching.near(db, words.name(text, say("the text")))
    ids = list(islice(near, limit + 1) if limit else near)
    notes: tuple[str, ...] = ()
    if limit and len(ids) > limit:
        notes = (say("more than {limit} are found: type more of it, or --limit 0 shows all", limit=limit),)
    rows = _with_ids(db, ids[: limit or None], on=on)
    return Table(COLUMNS, [row_of(row) for row in rows], notes=notes)


def edited(
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
        k: words.name(v, say("the {what}", what=coded(k))) for k, v in given.items() if v is not None
    }
    if not (values or phones or dropped):
        raise UsageError(say("nothing to change"), hint=say("--name, --phone, --drop-phone, --address or --area"))
    with db.atomic():
        row = known(db, customer_id)
        customer_id = row["id"]
        differing = changes.changed(db, stamp, "customer", customer_id, values)
        lost = [number for number in dropped if phoning.dropped(db, stamp, customer_id, number)]
        fresh = [phone for phone in phoning.several(phones) if _gained(db, stamp, row, phone, force=force)]
        same = say("C{customer_id}: known already, nothing changed", customer_id=customer_id)
        notes = [] if differing or lost or fresh else [same]
        return one(db, customer_id, on=stamp.recorded_at[:10], notes=notes)


def _gained(db: Database, stamp: Stamp, customer: Row, phone: Phone, *, force: bool) -> bool:
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


def tiered(db: Database, stamp: Stamp, customer_id: int, tier: str, *, from_on: str) -> Table:
    """The customer's tier from that day on; the open maintenance lines follow (domain.md M11, M12)."""
    with db.atomic():
        customer = known(db, customer_id)
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
            ended = _replanned(db, stamp, customer_id)
            notes += [
                count_said(
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


def _replanned(db: Database, stamp: Stamp, customer_id: int) -> int:
    """Inside a transaction: how many open lines the new tier has ended."""
    from servicedesk.desk import appliances, maintenance

    machines = [row["id"] for row in appliances.of_customer(db, customer_id)]
    on = stamp.recorded_at[:10]
    return maintenance.replanned(db, stamp, appliance_ids=machines, reason="tier_change", on=on) if machines else 0
