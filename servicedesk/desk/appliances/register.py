"""Register, find and correct appliances."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from servicedesk.base import sameness
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import coded, say, say_count
from servicedesk.base.table import Result, Table
from servicedesk.base.text import one_line
from servicedesk.domain.model import Stamp
from servicedesk.domain.spellings import brand_key
from servicedesk.records import categories
from servicedesk.records.appliances import (
    COLUMNS,
    UNKNOWN,
    Imprecise,
    appliance_cells,
    appliance_label,
    appliance_table,
    get_appliance,
    owner_label,
)
from servicedesk.storage.changes import write_changes
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

OLD_YEARS = 30  # M5: an earlier purchase is probably a typing error


Sale = Mapping[str, str | int | None]  # the given columns of records.appliances.SALE


class NewAppliance(NamedTuple):
    """An appliance to register."""

    category: str
    brand: str | None = None
    model: str | None = None
    serial: str | None = None
    bought: Imprecise = UNKNOWN
    installed: Imprecise = UNKNOWN
    sale: Sale = MappingProxyType({})


def add_appliance(desk: Desk, customer_id: int, machine: NewAppliance) -> Result:
    """Register an appliance of a customer. Return it, with notes below on what is missing or doubtful."""
    with desk.db.atomic():
        appliance_id, notes = write_appliance(desk, customer_id, machine)
        return Result(appliance_table(desk.db, appliance_id), below=notes)


def write_appliance(desk: Desk, customer_id: int, machine: NewAppliance) -> tuple[int, list[str]]:
    """Register an appliance of a customer, inside a transaction. Return the id, and the notes.

    RefusedError if the serial is recorded for that brand ("no brand" counts as one). Without a serial, a note names an
    appliance that looks the same, as a home may have two alike.
    """
    from servicedesk.records import customers

    category, db = machine.category, desk.db
    given = {name: value for name, value in machine._asdict().items() if name not in {"category", "sale"}}
    values = _values(**given) | _sale_values(machine.sale)
    customer_id = customers.get_standing_customer(db, customer_id)["id"]
    values |= {"customer_id": customer_id, "category": categories.check_category(db, category)}
    notes = _keep_spelling(db, values)
    check_appliance(db, values)
    alike = None if machine.serial else db.value(ALIKE, **values)
    notes += [say("A{alike} looks the same: two of a kind, or entered twice?", alike=alike)] if alike else []
    appliance_id = register_appliance(db, desk.stamp, **values)
    return appliance_id, notes + _doubts(appliance_id, values, today=desk.today)


# The brand spellings of the last 5000 appliances, the first typed first.
BRANDS = """
SELECT brand FROM (SELECT id, brand FROM appliance WHERE brand IS NOT NULL ORDER BY id DESC LIMIT 5000)
 GROUP BY brand
 ORDER BY min(id)
"""


def brand_as_first_typed(db: Database, typed: str) -> str:
    """Return the brand as it was first typed in this outlet: Haier for haier and for 海尔."""
    return next((row[0] for row in db.rows(BRANDS) if is_same_brand(row[0], typed)), typed)


def is_same_brand(one: str | None, other: str | None) -> bool:
    """Return whether these are two spellings of one brand."""
    return one is not None and other is not None and brand_key(one) == brand_key(other)


def _keep_spelling(db: Database, values: dict[str, Any]) -> list[str]:
    """Put the brand into `values` as it was first typed here. Return a note if that changes it."""
    typed = values.get("brand")
    kept = brand_as_first_typed(db, typed) if typed else typed
    if kept == typed:
        return []
    values["brand"] = kept
    return [say("brand '{typed}' is written {kept}, as before", typed=typed, kept=kept)]


def register_appliance(
    db: Database,
    stamp: Stamp,
    *,
    customer_id: int | None,
    category: str,
    brand: str | None = None,
    model: str | None = None,
    serial: str | None = None,
    bought_on: str | None = None,
    bought_precision: str = "unknown",
    installed_on: str | None = None,
    installed_precision: str = "unknown",
    source: str | None = None,
    ref: str | None = None,
    digest: str | None = None,
    **sale: str | int | None,
) -> int:
    """Insert an appliance as it is given, inside a transaction, without any check. Return its id."""
    return db.insert(
        "appliance",
        stamp,
        customer_id=customer_id,
        category=category,
        brand=brand,
        model=model,
        serial=serial,
        plate=sameness.plate(brand, serial) if serial else None,
        bought_on=bought_on,
        bought_precision=bought_precision,
        installed_on=installed_on,
        installed_precision=installed_precision,
        source=source,
        ref=ref,
        digest=digest,
        **sale,
    )


def _sale_values(sale: Sale) -> dict[str, str | int | None]:
    """Return the given columns of the sale. UsageError if the invoice number is empty."""
    number = sale.get("invoice_no")
    return dict(sale) | ({"invoice_no": one_line(str(number), say("the number of the invoice"))} if number else {})


def _values(*, bought: Imprecise | None, installed: Imprecise | None, **texts: str | None) -> dict[str, Any]:
    """Return the given columns. UsageError if a text is empty or holds control characters."""
    values: dict[str, Any] = {
        k: None if v is None else one_line(v, say("the {what}", what=coded(k))) for k, v in texts.items()
    }
    for field, date in (("bought", bought), ("installed", installed)):
        if date is not None:
            values |= {f"{field}_on": date[0], f"{field}_precision": date[1]}
    return values


SERIALS = "SELECT * FROM appliance_now WHERE plate = :plate AND id IS NOT :but"


def _check_serial(db: Database, *, brand: str | None, serial: str | None, but: int | None = None) -> None:
    """Raise RefusedError if another appliance has the serial."""
    row = db.row(SERIALS, plate=sameness.plate(brand, serial), but=but) if serial is not None else None
    if row is None:
        return
    label = " ".join(part for part in (row["brand"], row["serial"]) if part)
    state = say(", retired {retired_on}", retired_on=row["retired_on"]) if row["retired_on"] else ""
    raise RefusedError(
        say(
            "the serial {label} is already recorded, nothing was written:\n  A{id}  {row}  {whose}{state}",
            label=label,
            id=row["id"],
            row=appliance_label(row),
            whose=owner_label(row) or say("no owner"),
            state=state,
        ),
        hint=say("'appliance show A{id}'; 'appliance transfer A{id} --to C12 --on DATE' for a new owner", id=row["id"]),
    )


ALIKE = """
SELECT id FROM appliance
 WHERE customer_id = :customer_id AND category = :category AND folded_name(brand) IS folded_name(:brand)
   AND folded_name(model) IS folded_name(:model) AND serial IS NULL AND retired_on IS NULL AND voided_at IS NULL
   AND bought_on IS :bought_on AND bought_precision = :bought_precision
   AND installed_on IS :installed_on AND installed_precision = :installed_precision
 ORDER BY id
"""


def check_appliance(db: Database, values: dict[str, Any], *, but: int | None = None) -> None:
    """Raise RefusedError if another appliance has the serial, or if dates contradict each other. `but`: its own id."""
    _check_serial(db, brand=values["brand"], serial=values["serial"], but=but)
    bought, installed, retired = values["bought_on"], values["installed_on"], values.get("retired_on")
    if values["bought_precision"] == values["installed_precision"] == "day" and installed < bought:
        raise RefusedError(
            say(
                "it would be installed on {installed}, before it was bought on {bought}",
                installed=installed,
                bought=bought,
            ),
            hint=say("check the dates; a date that is not sure may be 2024-03, 2024 or unknown"),
        )
    _check_delivery(values)
    if retired and (bought or "") > retired:
        raise RefusedError(
            say("A{but} was retired {retired}, before {bought}", but=but, retired=retired, bought=bought)
        )


def _check_delivery(values: dict[str, Any]) -> None:
    """Raise RefusedError if delivery or invoice precede the purchase, or installation or retirement the delivery."""
    bought = values["bought_on"] if values["bought_precision"] == "day" else None
    installed = values["installed_on"] if values["installed_precision"] == "day" else None
    delivered, invoiced = values.get("delivered_on"), values.get("invoice_on")
    hint = say("check the dates; 'unknown' takes one away")
    if bought and delivered and delivered < bought:
        said = {"day": delivered, "bought": bought}
        raise RefusedError(say("it would be delivered on {day}, before it was bought on {bought}", **said), hint=hint)
    if bought and invoiced and invoiced < bought:
        said = {"day": invoiced, "bought": bought}
        raise RefusedError(say("the invoice would be of {day}, before it was bought on {bought}", **said), hint=hint)
    if delivered and installed and installed < delivered:
        said = {"installed": installed, "delivered": delivered}
        raise RefusedError(
            say("it would be installed on {installed}, before it was delivered on {delivered}", **said), hint=hint
        )
    if delivered and (values.get("retired_on") or delivered) < delivered:
        said = {"retired": values["retired_on"], "delivered": delivered}
        raise RefusedError(say("it was retired {retired}, before {delivered}", **said), hint=hint)


def oldest_likely(today: str) -> str:
    """Return the earliest likely date of purchase; an earlier one is probably a typing error (M5)."""
    return f"{int(today[:4]) - OLD_YEARS:04d}{today[4:]}"


def _doubts(appliance_id: int, values: dict[str, Any], *, today: str) -> list[str]:
    """Return what may be a typing error (M5), and what is missing for its birthdays (M4)."""
    if not {values["bought_precision"], values["installed_precision"]} & {"day", "month"}:
        way = say("appliance edit A{id} --bought 2024-03", id=appliance_id)
        return [say("the yearly maintenance visit needs the month of purchase: {way}", way=way)]
    bought = values["bought_on"] or values["installed_on"]
    if bought is None or bought >= oldest_likely(today):
        return []
    said = {"bought": bought[:4], "old_years": OLD_YEARS}
    return [say("warning: bought {bought}, more than {old_years} years ago: is the date right?", **said)]


FIND = """
SELECT a.*
  FROM appliance_now a
  JOIN category k ON k.code = a.category
 WHERE (a.retired_on IS NULL OR :every)
   AND (:customer_id IS NULL OR a.customer_id = :customer_id)
   AND (:text IS NULL OR instr(a.plate, :text) OR instr(a.plate, :serial) OR instr(folded_name(a.model), :text)
        OR instr(folded_name(a.brand), :text) OR instr(folded_name(a.category), :text)
        OR instr(folded_name(k.label_zh), :text) OR instr(folded_name(a.owner), :text)
        OR a.category = :category)
 ORDER BY a.id
"""


def find_appliances(db: Database, text: str | None, *, customer_id: int | None = None, every: bool = False) -> Table:
    """Return appliances in use (`every`: also retired) by a part of serial, model, brand, category or owner's name."""
    if text is None and customer_id is None:
        raise UsageError(
            say("nothing to look for"), hint=say("a part of serial, model, brand, category, owner; or --customer C12")
        )
    if customer_id is not None:
        from servicedesk.records import customers

        customer_id = customers.get_customer(db, customer_id)["id"]
    given = None if text is None else one_line(text, say("the text"))
    wanted = {
        "text": given and sameness.folded_name(given),
        "serial": given and sameness.folded_serial(given),
        "category": given and categories.find_code(db, given),
    }
    rows = db.rows(FIND, **wanted, customer_id=customer_id, every=every)
    if not rows and given and customer_id is None:
        from servicedesk.records.references import list_of_spoken_owner

        rows = list_of_spoken_owner(db, given)
    return Table(COLUMNS, [appliance_cells(row) for row in rows], empty=say("No appliance found"))


def edit_appliance(
    desk: Desk,
    appliance_id: int,
    *,
    category: str | None = None,
    brand: str | None = None,
    model: str | None = None,
    serial: str | None = None,
    bought: Imprecise | None = None,
    installed: Imprecise | None = None,
    sale: Sale = MappingProxyType({}),
) -> Result:
    """Correct values of an appliance; `change` keeps the old ones. Open, unannounced maintenance lines follow (M21)."""
    given = {"brand": brand, "model": model, "serial": serial}
    values = _values(bought=bought, installed=installed, **{k: v for k, v in given.items() if v is not None})
    values |= _sale_values(sale)
    if not values and category is None:
        raise UsageError(
            say("nothing to change"),
            hint=say("appliance edit A{appliance_id} --bought 2024-03-09", appliance_id=appliance_id),
        )
    with desk.db.atomic():
        row = get_appliance(desk.db, appliance_id)
        if category is not None:
            values["category"] = categories.check_category(desk.db, category)
        spelt = [] if is_same_brand(row["brand"], brand) else _keep_spelling(desk.db, values)
        notes = correct_appliance(desk, row, values)
        said = [say("nothing differs, nothing to do")] if notes is None else spelt + notes
        return Result(appliance_table(desk.db, appliance_id), said, notes is not None)


def correct_appliance(desk: Desk, row: Row, values: dict[str, Any]) -> list[str] | None:
    """Correct the appliance of `row`, inside a transaction. Return the notes, or None if nothing differs."""
    whole = dict(row) | values
    check_appliance(desk.db, whole, but=row["id"])
    differing = write_corrections(desk.db, desk.stamp, row["id"], values)
    if not differing:
        return None
    notes = _replan(desk, row["id"], differing)
    if "bought_on" in differing or "installed_on" in differing:
        notes += _doubts(row["id"], whole, today=desk.today)
    return notes


def write_corrections(db: Database, stamp: Stamp, appliance_id: int, values: dict[str, Any]) -> dict[str, Any]:
    """Write the values that differ and the key that serials are compared by, in a transaction. Return the values."""
    named = {"brand", "serial"} & set(values)
    row = dict(db.rows("SELECT brand, serial FROM appliance WHERE id = :id", id=appliance_id)[0]) | values
    plate = {"plate": sameness.plate(row["brand"], row["serial"]) if row["serial"] else None} if named else {}
    return write_changes(db, stamp, "appliance", appliance_id, values, derived=plate)


def _replan(desk: Desk, appliance_id: int, differing: dict[str, Any]) -> list[str]:
    if "category" in differing:
        return replan_appliance(desk, appliance_id, reason="category_change")
    if any(field.startswith(("bought_", "installed_")) for field in differing):
        return replan_appliance(desk, appliance_id, reason="date_change")
    return []


def replan_appliance(desk: Desk, appliance_id: int, *, reason: str) -> list[str]:
    """End open maintenance lines that the rules no longer give (M12–M14, M21), in a transaction. Return the notes."""
    from servicedesk.desk.maintenance import lines

    ended = lines.replan_lines(desk, [appliance_id], reason=reason)
    if not ended:
        return []
    return [
        say_count(
            "{n} open maintenance line ended: {reason}",
            "{n} open maintenance lines ended: {reason}",
            n=ended,
            reason=coded(reason),
        )
    ]
