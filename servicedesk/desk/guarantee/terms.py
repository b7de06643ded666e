"""Set the guarantee terms and the main parts of a category; earlier terms stay in the file."""

from collections.abc import Sequence
from typing import NamedTuple

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import category_name, item_list, say
from servicedesk.base.table import Result
from servicedesk.base.text import one_line
from servicedesk.domain.wording import free_code
from servicedesk.records.categories import check_category
from servicedesk.records.guarantee import terms
from servicedesk.storage.desk import Desk

_SAID = ("whole_years", "main_years", "rate", "repairer_days", "part_days", "source", "is_verified")


class NewTerm(NamedTuple):
    """Guarantee terms of a category, or of one brand in it. `rate`: hundred-thousandths of the price a day."""

    category: str
    brand: str | None
    whole_years: int
    main_years: int
    rate: int | None
    repairer_days: int
    part_days: int
    source: str
    is_verified: bool


def read_rate(text: str) -> int:
    """Return a daily rate, typed in per cent such as 0.1, in hundred-thousandths. UsageError if it is no rate."""
    from decimal import Decimal, InvalidOperation

    try:
        rate = Decimal(text.strip().rstrip("%％").strip())
    except InvalidOperation:
        rate = Decimal(0)
    if not rate.is_finite() or not 0 < rate <= 100 or rate * 1000 % 1:
        raise UsageError(
            say("'{text}' is no rate of depreciation", text=text), hint=say("per cent a day, such as 0.1 or 0.05")
        )
    return int(rate * 1000)


def set_term(desk: Desk, term: NewTerm, *, from_on: str | None) -> Result:
    """Record the terms that hold from that day on (default: today); guarantees that began earlier keep theirs."""
    if term.main_years < term.whole_years:
        raise UsageError(
            say("the main parts would be covered for less time than the whole appliance"),
            hint=say("--main is at least --whole"),
        )
    from_on = from_on or desk.today
    with desk.db.atomic():
        values = term._asdict() | {
            "category": check_category(desk.db, term.category),
            "brand": one_line(term.brand, say("the brand")) if term.brand is not None else None,
            "source": one_line(term.source, say("the source")),
            "is_verified": int(term.is_verified),
        }
        held = terms.find_term(desk.db, values["category"], values["brand"], on=from_on)
        is_new = held is None or any(held[key] != values[key] for key in _SAID)
        notes = [] if is_new else [say("these terms hold on {on} already, nothing to do", on=from_on)]
        if is_new:
            desk.db.insert("warranty_term", desk.stamp, **values, from_on=from_on)
        shown = terms.list_terms(desk.db, on=max(from_on, desk.today), category=values["category"])
        return Result(shown, notes, is_new)


def set_main_parts(
    desk: Desk,
    category: str,
    *,
    add: Sequence[str],
    drop: Sequence[str],
    label: str | None,
    source: str | None,
    is_verified: bool,
    from_on: str | None,
) -> Result:
    """Add and drop main parts of a category from that day on (default: today)."""
    from_on = from_on or desk.today
    if label is not None and len(add) != 1:
        raise UsageError(say("--label is the name of one part"), hint=say("--add compressor --label 压缩机"))
    beside = {
        "label_zh": one_line(label, say("the label")) if label is not None else None,
        "source": one_line(source, say("the source")) if source is not None else None,
        "is_verified": int(is_verified),
        "from_on": from_on,
    }
    with desk.db.atomic():
        code = check_category(desk.db, category)
        known = {row["code"]: row for row in terms.list_main_parts(desk.db, code, on=from_on)}
        added = [part for text in add if (part := free_code(text, "part") or "") not in known]
        dropped = [known[part] for text in drop if (part := free_code(text, "part") or "") in known]
        unknown = [part for text in drop if (part := free_code(text, "part") or "") not in known]
        for part in added:
            desk.db.insert("main_part", desk.stamp, category=code, code=part, is_main=1, **beside)
        for row in dropped:
            gone = beside | {"label_zh": row["label_zh"]}
            desk.db.insert("main_part", desk.stamp, category=code, code=row["code"], is_main=0, **gone)
        notes = [say("no main part of {category}: {parts}", category=category_name(code), parts=item_list(unknown))]
        is_changed = bool(added or dropped)
        notes = (notes if unknown else []) + ([] if is_changed else [say("nothing differs, nothing to do")])
        return Result(terms.parts_table(desk.db, code, on=max(from_on, desk.today)), notes, is_changed)
