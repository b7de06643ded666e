"""Put the people of one home together."""

from collections.abc import Iterable, Sequence

from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import joined, say
from servicedesk.base.table import Table, columns, record
from servicedesk.base.text import one_line
from servicedesk.domain.model import Stamp
from servicedesk.records import customers
from servicedesk.records.households import get, members
from servicedesk.storage import changes
from servicedesk.storage.database import Database, Row


def get_household_page(db: Database, household_id: int, *, on: str, notes: Iterable[str] = ()) -> Table:
    """One object: id and name, with its members, their appliances and the remarks on the household."""
    from servicedesk.desk.customers import profile
    from servicedesk.records.notes import list_notes

    home = get(db, household_id)
    people = members(db, household_id, on=on)
    sections = (
        ("members", people),
        ("appliances", profile.machines(db, people.column("id"), on=on, with_owner=True)),
        ("notes", list_notes(db, letter="H", ref_id=household_id)),
    )
    fields = columns("id:H=household", "name")
    return record(fields, [household_id, home["name"]], sections=sections, notes=tuple(notes))


def add_household(
    db: Database, stamp: Stamp, name: str | None, *, member_ids: Sequence[int] = (), move: bool = False
) -> Table:
    """A new household with those members; RefusedError where one lives in another already, unless `move`.

    The same members under the same name are that household: nothing changes.
    """
    name = None if name is None else one_line(name, say("the name"))
    with db.atomic():
        people = [customers.get_standing(db, customer_id) for customer_id in dict.fromkeys(member_ids)]
        known = _same(db, name, people)
        notes = [say("H{known} is this household already, nothing changed", known=known)]
        if known is None:
            _check_move(people, None, move=move)
            known = db.insert("household", stamp, name=name)
            notes = _move_people(db, stamp, people, known)
        return get_household_page(db, known, on=stamp.recorded_at[:10], notes=notes)


def _same(db: Database, name: str | None, people: Sequence[Row]) -> int | None:
    """The household which holds exactly these people under that name."""
    homes = {person["household_id"] for person in people}
    if len(homes) != 1 or None in homes:
        return None
    home = get(db, homes.pop())
    count = db.value("SELECT count(*) FROM customer WHERE household_id = :id AND voided_at IS NULL", id=home["id"])
    return home["id"] if count == len(people) and name in {None, home["name"]} else None


def link_household(
    db: Database,
    stamp: Stamp,
    customer_ids: Sequence[int],
    *,
    household_id: int | None = None,
    relation: str | None = None,
    move: bool = False,
) -> Table:
    """Those people in one household: the named one, else the first one's that has any, else a new one.

    `relation` is what the last of them is to the first, such as 'brother'. RefusedError where somebody lives in
    another household, unless `move`.
    """
    relation = None if relation is None else one_line(relation, say("the relation"))
    if len(set(customer_ids)) + (household_id is not None) < 2 or len(set(customer_ids)) < len(customer_ids):
        raise UsageError(say("a household links different people"), hint=say("household link C12 C31"))
    with db.atomic():
        people = [customers.get_standing(db, customer_id) for customer_id in customer_ids]
        target = get(db, household_id)["id"] if household_id is not None else None
        target = target or next((person["household_id"] for person in people if person["household_id"]), None)
        _check_move(people, target, move=move)
        is_new = target is None
        target = target or db.insert("household", stamp)
        notes = _move_people(db, stamp, people, target, relation=relation)
        if not (notes or is_new):
            notes = [say("H{target} is their household already, nothing changed", target=target)]
        return get_household_page(db, target, on=stamp.recorded_at[:10], notes=notes)


def _check_move(people: Sequence[Row], target: int | None, *, move: bool) -> None:
    """RefusedError where somebody lives in another household than `target`, unless `move`."""
    elsewhere = [person for person in people if person["household_id"] not in {None, target}]
    if elsewhere and not move:
        told = joined(
            ", ",
            (
                say("C{id} lives in H{household_id}", id=person["id"], household_id=person["household_id"])
                for person in elsewhere
            ),
        )
        raise RefusedError(
            say("{told} already, nothing was written", told=told), hint=say("--move takes them out of it")
        )


def _move_people(
    db: Database, stamp: Stamp, people: Sequence[Row], household_id: int, *, relation: str | None = None
) -> list[str]:
    """Inside a transaction: they live there from now on; what was done, a sentence each."""
    notes = []
    for person in people:
        values: dict[str, str | int | None] = {"household_id": household_id}
        if relation is not None and person is people[-1]:
            values["household_relation"] = relation
        elif person["household_id"] != household_id:
            values["household_relation"] = None  # a brother there need not be a brother here
        before = person["household_id"]
        done = changes.write_changes(db, stamp, "customer", person["id"], values)
        if "household_id" in done:
            left = say(" instead of H{before}", before=before) if before else ""
            notes.append(
                say("C{id} lives in H{household_id} now{left}", id=person["id"], household_id=household_id, left=left)
            )
        elif done:
            notes.append(say("C{id} is noted as {relation}", id=person["id"], relation=relation))
    return notes
