"""Households: put the people of one home together, show them on one page."""

from collections.abc import Sequence

from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import item_list, say
from servicedesk.base.table import Result, Table, columns, record
from servicedesk.base.text import one_line
from servicedesk.records import customers
from servicedesk.records.households import MEMBER_COLUMNS, get_household, list_members
from servicedesk.storage.changes import write_changes
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk


def get_household_page(db: Database, household_id: int, *, on: str) -> Table:
    """Return a household: id and name, its members, their appliances, and the notes on it."""
    from servicedesk.desk.customers import profile
    from servicedesk.records.notes import list_notes

    home = get_household(db, household_id)
    people = list_members(db, household_id, on=on)
    sections = (
        ("members", Table(MEMBER_COLUMNS, [list(person.values()) for person in people])),
        ("appliances", profile.list_machines(db, [person["id"] for person in people], on=on, with_owner=True)),
        ("notes", list_notes(db, letter="H", ref_id=household_id)),
    )
    fields = columns("id:H=household", "name=called")
    return record(fields, [household_id, home["name"]], sections=sections)


def add_household(desk: Desk, name: str | None, *, member_ids: Sequence[int] = (), move: bool = False) -> Result:
    """Create a household with those members. RefusedError if one lives in another household, unless `move`.

    Nothing changes if a household with the same members and name exists.
    """
    name = None if name is None else one_line(name, say("the name"))
    with desk.db.atomic():
        people = [customers.get_standing_customer(desk.db, customer_id) for customer_id in dict.fromkeys(member_ids)]
        same_id = _find_same(desk.db, name, people)
        if same_id is not None:
            again = say("H{known} is already this household, nothing changed", known=same_id)
            return Result(get_household_page(desk.db, same_id, on=desk.today), [again], changed=False)
        _check_move(people, None, move=move)
        household_id = desk.db.insert("household", desk.stamp, name=name)
        notes = _move_people(desk, people, household_id)
        return Result(get_household_page(desk.db, household_id, on=desk.today), notes)


def _find_same(db: Database, name: str | None, people: Sequence[Row]) -> int | None:
    """Return the household that has exactly these members and that name."""
    homes = {person["household_id"] for person in people}
    if len(homes) != 1 or None in homes:
        return None
    home = get_household(db, homes.pop())
    count = db.value("SELECT count(*) FROM customer WHERE household_id = :id AND voided_at IS NULL", id=home["id"])
    return home["id"] if count == len(people) and name in {None, home["name"]} else None


def link_household(
    desk: Desk,
    customer_ids: Sequence[int],
    *,
    household_id: int | None = None,
    relation: str | None = None,
    move: bool = False,
) -> Result:
    """Put customers into one household: the given one, else the first that one of them has, else a new one.

    `relation`: what the last of them is to the first, such as 'brother'. RefusedError if somebody lives in another
    household, unless `move`.
    """
    relation = None if relation is None else one_line(relation, say("the relation"))
    if len(set(customer_ids)) + (household_id is not None) < 2 or len(set(customer_ids)) < len(customer_ids):
        raise UsageError(say("a household links different people"), hint=say("household link C12 C31"))
    with desk.db.atomic():
        people = [customers.get_standing_customer(desk.db, customer_id) for customer_id in customer_ids]
        target = get_household(desk.db, household_id)["id"] if household_id is not None else None
        target = target or next((person["household_id"] for person in people if person["household_id"]), None)
        _check_move(people, target, move=move)
        is_new = target is None
        target = target or desk.db.insert("household", desk.stamp)
        notes = _move_people(desk, people, target, relation=relation)
        changed = is_new or bool(notes)
        if not changed:
            notes = [say("H{target} is their household already, nothing changed", target=target)]
        return Result(get_household_page(desk.db, target, on=desk.today), notes, changed)


def _check_move(people: Sequence[Row], target: int | None, *, move: bool) -> None:
    """Raise RefusedError if somebody lives in another household than `target`, unless `move`."""
    elsewhere = [person for person in people if person["household_id"] not in {None, target}]
    if elsewhere and not move:
        homes = [
            say("C{id} lives in H{household_id}", id=person["id"], household_id=person["household_id"])
            for person in elsewhere
        ]
        raise RefusedError(
            say("{told} already, nothing was written", told=item_list(homes)),
            hint=say("--move takes them out of it"),
        )


def _move_people(desk: Desk, people: Sequence[Row], household_id: int, *, relation: str | None = None) -> list[str]:
    """Move the customers into the household, inside a transaction. Return a note for each change."""
    notes = []
    for person in people:
        values: dict[str, str | int | None] = {"household_id": household_id}
        if relation is not None and person is people[-1]:
            values["household_relation"] = relation
        elif person["household_id"] != household_id:
            values["household_relation"] = None  # a brother there need not be a brother here
        before = person["household_id"]
        done = write_changes(desk.db, desk.stamp, "customer", person["id"], values)
        if "household_id" in done:
            left = say(" instead of H{before}", before=before) if before else ""
            notes.append(
                say("C{id} lives in H{household_id} now{left}", id=person["id"], household_id=household_id, left=left)
            )
        elif done:
            notes.append(say("C{id} is noted as {relation}", id=person["id"], relation=relation))
    return notes
