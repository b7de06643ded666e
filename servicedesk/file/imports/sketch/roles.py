"""Decide which column becomes which field: by its heading, if its values agree; by its values, if its heading fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from servicedesk.file.imports.maps.words import DATED
from servicedesk.file.imports.sketch.codes import proposal
from servicedesk.file.imports.sketch.columns import Column
from servicedesk.file.imports.sketch.date_forms import instant_of
from servicedesk.file.imports.sketch.meanings import EXACT, INSIDE, WEAK, Meaning

_LEFT = ("row.left", "row.guarantee", "row.index")  # no field of ours
# Several columns of these make one value together.
_JOINED = {"customer.phone", "customer.address", "ticket.text", "ticket.found", "row.remark", *_LEFT}
_KEYS = (" code", " id", " no", " number", "编号", "代码")  # of schools, shops, sites: the callers
_FEW = 60  # different texts in a column of codes
# If no column says when the customer called, the first of these stands in.
_STAND_INS = ("ticket.appointed_from", "ticket.assigned_at", "ticket.arrived_at", "ticket.completed_at")


@dataclass
class Roles:
    """Which columns become which field.

    `times`: the column with the time of day of a dated field. `guessed`: columns that only their values decided.
    `stand_in`: the field whose dates also stand for the report.
    """

    fields: dict[str, list[Column]] = field(default_factory=dict)
    times: dict[str, Column] = field(default_factory=dict)
    guessed: dict[int, str] = field(default_factory=dict)
    left: list[Column] = field(default_factory=list)
    stand_in: str | None = None

    @property
    def report(self) -> str | None:
        """Return the field whose dates are those of the report, None without tickets."""
        return "ticket.reported_at" if self.all("ticket.reported_at") else self.stand_in

    def get(self, name: str) -> Column | None:
        """Return the column of a field, the first if there are several."""
        columns = self.fields.get(name)
        return columns[0] if columns else None

    def all(self, name: str) -> list[Column]:
        """Return all columns of a field."""
        return self.fields.get(name, [])


def assign_roles(columns: Sequence[Column]) -> Roles:
    """Return which column becomes which field."""
    roles = Roles()
    usable = [column for column in columns if column.name and column.filled]
    named = [(meaning.weight, column, meaning.field) for column in usable for meaning in _likely(column.meanings)]
    named.sort(key=lambda one: (-one[0], one[1].at))
    sure, weak = ([one for one in named if (one[0] == WEAK) is is_weak] for is_weak in (False, True))
    taken = _give_named(roles, sure, set())
    taken = _pair_times(roles, usable, taken)
    taken = _give_named(roles, weak, taken)
    taken = _pair_times(roles, usable, taken)
    for column in usable:
        if column.at not in taken:
            guess = _guess(column, roles)
            if guess and _give(roles, column, guess):
                roles.guessed[column.at] = guess
                taken.add(column.at)
    taken = _pair_times(roles, usable, taken)
    _settle_keys(roles)
    _settle_report(roles)
    roles.left = [column for column in columns if column.name and column.at not in taken]
    roles.left += [column for name in _LEFT for column in roles.fields.pop(name, [])]
    roles.left.sort(key=lambda column: column.at)
    return roles


def _likely(meanings: Sequence[Meaning]) -> Sequence[Meaning]:
    """Return the fields that a heading may mean: if it is a field's exact name, names inside it do not count."""
    is_exact = bool(meanings) and meanings[0].weight == EXACT
    return [meaning for meaning in meanings if not is_exact or meaning.weight != INSIDE]


def _give_named(roles: Roles, named: Sequence[tuple[int, Column, str]], taken: set[int]) -> set[int]:
    """Give columns to the fields that their headings name, and return which columns are taken by now."""
    for weight, column, name in named:
        is_more = name == "customer.area" and bool(roles.all(name)) and weight > WEAK
        wanted = "customer.address" if is_more else name  # a street is the address in a district
        if column.at not in taken and _agrees(column, name, weight) and _give(roles, column, wanted):
            taken = taken | {column.at}
    return taken


def _pair_times(roles: Roles, usable: Sequence[Column], taken: set[int]) -> set[int]:
    """Give a column of times to the date on its left, and return which columns are taken by now."""
    right_of = {
        columns[0].at + 1: name
        for name, columns in roles.fields.items()
        if name.partition(".")[2] in DATED and name not in roles.times and not columns[0].dates.has_time
    }
    for column in usable:
        name = right_of.get(column.at)
        if name is not None and column.at not in taken and column.is_time and _give(roles, column, name):
            taken = taken | {column.at}
    return taken


def _give(roles: Roles, column: Column, name: str) -> bool:
    """Give a column to a field, and return whether the field took it."""
    dated = name.partition(".")[2] in DATED
    if "{" in column.name or "}" in column.name:
        return False
    if dated and column.is_time:
        if name in roles.times:
            return False
        roles.times[name] = column
        return True
    if roles.all(name) and name not in _JOINED:
        return False
    roles.fields.setdefault(name, []).append(column)
    return True


def _agrees(column: Column, name: str, weight: int) -> bool:
    """Return whether the values of a column can be values of that field."""
    section, _, key = name.partition(".")
    if key in DATED:
        return column.is_dated or column.is_time or (weight == EXACT and column.dates.serials.total() > 0)
    if section == "row":
        return True
    check = _CHECKS.get(name)
    return check(column, weight) if check else not (column.is_dated and weight < EXACT)


def _is_text(column: Column, weight: int) -> bool:
    return not (column.is_dated or column.is_time or column.phones > 0.7 or column.numbers > 0.7)


def _is_listed(column: Column, weight: int) -> bool:
    return (
        _is_text(column, weight) and len(column.texts) <= _FEW and (weight > WEAK or column.filled > len(column.texts))
    )


def _is_fate(column: Column, weight: int) -> bool:
    known = column.share(lambda text: proposal("fate", text) is not None)
    is_said = column.texts.keys() <= {"0", "1"} or (_is_text(column, weight) and len(column.texts) <= _FEW * 4)
    return is_said and (known > 0.2 or weight == EXACT)


def _is_mostly(kind: str, column: Column) -> bool:
    """Return whether most texts of a column mean one of these codes."""
    return len(column.texts) <= _FEW and column.share(lambda text: proposal(kind, text) is not None) > 0.5


_CHECKS: dict[str, Callable[[Column, int], bool]] = {
    "customer.name": lambda column, weight: _is_text(column, weight) and (weight > WEAK or column.people > 0.4),
    "customer.phone": lambda column, weight: column.phones > (0.1 if weight == EXACT else 0.5),
    "customer.tier": lambda column, weight: column.share(lambda text: proposal("tier", text) is not None) > 0.4,
    "customer.area": _is_text,
    "customer.address": lambda column, weight: not column.is_dated and (weight > WEAK or _is_text(column, weight)),
    "appliance.category": lambda column, weight: (
        _is_text(column, weight) and (weight > WEAK or column.categories > 0.5)
    ),
    "appliance.price": lambda column, weight: column.numbers > 0.5,
    "appliance.installed_by": lambda column, weight: _is_mostly("installed_by", column),
    "appliance.use": lambda column, weight: _is_mostly("use", column),
    "appliance.remote_sale": lambda column, weight: _is_mostly("remote_sale", column),
    "ticket.ref": lambda column, weight: (
        len(column.texts) * 2 > column.filled and not column.is_dated and (weight > WEAK or column.phones < 0.8)
    ),
    "ticket.type": lambda column, weight: (
        _is_listed(column, weight)
        and (weight > WEAK or column.share(lambda text: proposal("type", text) is not None) > 0.5)
    ),
    "ticket.status": _is_fate,
    "ticket.outcome": _is_fate,
    "ticket.technician": lambda column, weight: _is_text(column, weight) and (weight > WEAK or column.people > 0.5),
    "ticket.channel": _is_listed,
    "ticket.text": lambda column, weight: not column.is_dated,
    "survey.score": lambda column, weight: (
        column.scores > 0.5 or column.share(lambda text: proposal("satisfied", text) is not None) > 0.5
    ),
}


def _guess(column: Column, roles: Roles) -> str | None:
    """Return the field that the values of a column suggest, if no heading names that field."""
    if column.meanings and column.meanings[0].weight > WEAK:
        return None  # the heading says what it is, and no field takes it
    has_customer = any(roles.all(f"customer.{name}") for name in ("ref", "name", "phone", "address"))
    if not has_customer and column.name.lower().endswith(_KEYS) and _is_repeated(column):
        return "customer.ref"
    if column.sure_phones > 0.8 and not roles.all("customer.phone"):
        return "customer.phone"
    if column.is_dated and column.dates.is_vague:
        return "appliance.bought" if not roles.all("appliance.bought") else None
    if column.is_dated and not roles.all("ticket.reported_at"):
        return "ticket.reported_at"
    if (
        column.is_dated
        and not roles.all("ticket.completed_at")
        and _is_later(column, roles.all("ticket.reported_at")[0])
    ):
        return "ticket.completed_at"
    if column.categories > 0.7 and not roles.all("appliance.category"):
        return "appliance.category"
    if column.people > 0.8:
        is_few = len(column.texts) <= 30 and len(column.texts) * 4 < column.filled
        wanted = "ticket.technician" if is_few else "customer.name"
        return wanted if not roles.all(wanted) else None
    if not roles.all("survey.score") and column.scores > 0.95 and not column.is_key and column.numbers < 0.5:
        return "survey.score"
    return None


def _is_later(column: Column, report: Column) -> bool:
    """Return whether a column of dates without a telling heading never lies before the report."""
    if not column.dates.forms.keys() <= report.dates.forms.keys():
        return False
    pairs = [pair for pair in zip(report.values, column.values, strict=True) if all(pair)]
    each = [[instant_of(report.dates.forms, text) for text in pair] for pair in pairs]
    return bool(each) and all(first and then and first <= then for first, then in each)


def _is_repeated(column: Column) -> bool:
    """Return whether most of its values stand in several rows, and all rows have one."""
    return column.filled == column.rows and 1 < len(column.texts) * 2 < column.filled and not column.is_dated


def _settle_keys(roles: Roles) -> None:
    """Let a running number be the key of tickets if there is no other and it is never repeated."""
    index = roles.get("row.index")
    if not roles.all("ticket.ref") and index is not None and index.is_key:
        roles.fields["ticket.ref"] = [index]
        roles.fields["row.index"] = [one for one in roles.all("row.index") if one is not index]


def _settle_report(roles: Roles) -> None:
    """Choose what stands for the report if no column says when the customer called.

    Without any there are no tickets: the key of each row is that of an appliance or a customer.
    """
    if roles.all("ticket.reported_at"):
        return
    roles.stand_in = next((name for name in _STAND_INS if roles.all(name)), None)
    key = roles.get("ticket.ref")
    if roles.stand_in is None and key is not None and key.is_key:
        has_appliance = any(roles.all(f"appliance.{name}") for name in ("category", "brand", "model", "serial"))
        wanted = "appliance.ref" if has_appliance else "customer.ref"
        if not roles.all(wanted):
            roles.fields[wanted] = roles.fields.pop("ticket.ref")
