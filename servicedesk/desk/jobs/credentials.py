"""Certificates, badges and trainings of technicians; check a badge for a customer who asks (S16, S23)."""

from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import category_name, say
from servicedesk.base.sameness import half_width
from servicedesk.base.table import Result, Table, columns, nothing_changed, record
from servicedesk.base.text import free_text, one_line
from servicedesk.domain.job_rules import BadgeReason
from servicedesk.records import categories
from servicedesk.records.jobs import brands, credentials
from servicedesk.records.technicians import COLUMNS, get_technician, technician_table
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

_CERTIFICATES = columns("category:words", "number:code", "until_on:date=valid until", "expired")
_TRAININGS = columns("on_date:date=on", "text=training")
_BADGE = columns("badge:code", "badge_until:date=badge until")
_VERDICT = columns("badge:code", "valid", "valid_until:date", "brands", "reason:words")

SAME_CERTIFICATE = """
SELECT number, until_on FROM credential
 WHERE kind = 'certificate' AND technician_id = :technician_id AND category = :category AND voided_at IS NULL
 ORDER BY until_on DESC, id DESC
 LIMIT 1
"""
_VOID_CERTIFICATES = """
UPDATE credential SET voided_at = :at, voided_by = :by
 WHERE kind = 'certificate' AND technician_id = :technician_id AND category = :category AND voided_at IS NULL
"""
_VOID_BADGE = "UPDATE credential SET voided_at = :at, voided_by = :by WHERE id = :id"


def record_certificate(
    desk: Desk, who: str, category: str, *, number: str | None, until_on: str | None, off: bool = False
) -> Result:
    """Record until when a technician is certified for a kind of appliance.

    From the day after its end the technician is not skilled in it. `off`: no certificate is needed or held any more.
    """
    if (until_on is None) != off:
        raise UsageError(
            say("a certificate needs the day on which it ends, or --off"), hint=say("--until 2027-10-31, or --off")
        )
    number = one_line(number, say("the number")) if number is not None else None
    with desk.db.atomic():
        person = get_technician(desk.db, who)
        about = {"technician_id": person["id"], "category": categories.check_category(desk.db, category)}
        known = desk.db.row(SAME_CERTIFICATE, **about)
        what = category_name(about["category"], is_code=True)
        if off:
            if known is None:
                raise RefusedError(say("{name} has no certificate for {what}", name=person["name"], what=what))
            desk.db.run(_VOID_CERTIFICATES, at=desk.stamp.recorded_at, by=desk.stamp.actor, **about)
            return Result(technician_page(desk.db, person, on=desk.today))
        if known and known["until_on"] == until_on and number in {None, known["number"]}:
            page = technician_page(desk.db, person, on=desk.today)
            return Result(page, [nothing_changed(person["name"])], changed=False)
        if known and str(until_on) < known["until_on"]:
            raise RefusedError(
                say("{name} is certified for {what} until {until} already", name=person["name"], what=what,
                    until=known["until_on"]),
                hint=say("if that is wrong, first: technician cert '{name}' {category} --off", name=person["name"],
                         category=about["category"]),
            )  # fmt: skip
        desk.db.insert("credential", desk.stamp, kind="certificate", number=number, until_on=until_on, **about)
        return Result(technician_page(desk.db, person, on=desk.today), _certificate_notes(desk, person, about))


def _certificate_notes(desk: Desk, person: Row, about: dict[str, object]) -> list[str]:
    """Return a note if the certificate has expired, or if its technician is not skilled in the category."""
    counting = credentials.list_certificates(desk.db, on=desk.today, technician_id=person["id"])
    found = [one for one in counting if one.category == about["category"]]
    if not found:
        way = say("'technician edit {name} --skill …' names all skills", name=person["name"])
        what = category_name(str(about["category"]), is_code=True)
        return [say("{name} is not skilled in {what}: {way}", name=person["name"], what=what, way=way)]
    return [say("warning: {what}", what=found[0].text(desk.today))] if found[0].until_on < desk.today else []


def give_badge(desk: Desk, who: str, number: str | None, *, until_on: str | None, off: bool = False) -> Result:
    """Record the badge of a technician; it replaces an earlier one. `off`: the badge was taken back or lost."""
    if (number is None) != off:
        raise UsageError(say("a badge needs its number, or --off"), hint=say("technician badge Li 1032, or --off"))
    with desk.db.atomic():
        person = get_technician(desk.db, who)
        known = credentials.find_badge(desk.db, person["id"])
        page_now = {"on": desk.today}
        if number is not None:
            badge = read_badge(number)
            if known and (known["number"], known["until_on"]) == (badge, until_on):
                page = technician_page(desk.db, person, **page_now)
                return Result(page, [nothing_changed(person["name"])], changed=False)
            _check_free(desk.db, badge, person)
        elif known is None:
            raise RefusedError(say("{name} has no badge", name=person["name"]))
        if known is not None:
            desk.db.run(_VOID_BADGE, at=desk.stamp.recorded_at, by=desk.stamp.actor, id=known["id"])
        if number is not None:
            desk.db.insert(
                "credential", desk.stamp, technician_id=person["id"], kind="badge", number=badge, until_on=until_on
            )
        notes = [say("the badge {number} is not valid any more", number=known["number"])] if known and (
            off or known["number"] != badge) else []  # fmt: skip
        return Result(technician_page(desk.db, person, **page_now), notes)


def read_badge(text: str) -> str:
    """Return the number of a badge as it is compared: in half width, without blanks, in capitals."""
    return "".join(half_width(one_line(text, say("the badge"))).split()).upper()


def _check_free(db: Database, number: str, person: Row) -> None:
    """Raise RefusedError if somebody else has that badge."""
    row = db.row(credentials.OF_NUMBER, number=number)
    if row is not None and row["voided_at"] is None and row["technician_id"] != person["id"]:
        raise RefusedError(
            say("the badge {number} is {name}'s", number=number, name=row["name"]),
            hint=say("first: technician badge '{name}' --off", name=row["name"]),
        )


def record_training(desk: Desk, who: str, text: str, *, on: str) -> Result:
    """Record that a technician was trained in something on a day."""
    text = free_text(text, say("the training"))
    if on > desk.today:
        raise RefusedError(
            say("{on} lies in the future", on=on), hint=say("facts are recorded when they have happened")
        )
    with desk.db.atomic():
        person = get_technician(desk.db, who)
        known = [(row["on_date"], row["text"]) for row in credentials.list_trainings(desk.db, person["id"])]
        changed = (on, text) not in known
        if changed:
            desk.db.insert("credential", desk.stamp, technician_id=person["id"], kind="training", text=text, on_date=on)
        notes = [] if changed else [nothing_changed(person["name"])]
        return Result(technician_page(desk.db, person, on=desk.today), notes, changed)


def verify_badge(db: Database, text: str, *, on: str) -> Table:
    """Return whether a badge is valid, until when and for which brands, for a customer who asks; nobody's name.

    NotFoundError if no technician of the outlet ever had it.
    """
    number = read_badge(text)
    row = db.row(credentials.OF_NUMBER, number=number)
    if row is None:
        raise NotFoundError(
            say("no technician of this outlet has the badge {number}", number=number),
            hint=say("compare the number with the customer; if it is right, whoever shows it does not come from us"),
        )
    reason: BadgeReason | None = None
    if row["voided_at"] is not None or row["technician_voided_at"] is not None:
        reason = BadgeReason.TAKEN_BACK
    elif row["left_on"] is not None and row["left_on"] <= on:
        reason = BadgeReason.LEFT
    elif row["until_on"] is not None and row["until_on"] < on:
        reason = BadgeReason.EXPIRED
    authorised = brands.list_authorised(db, on=on) if reason is None else []
    return record(_VERDICT, [number, reason is None, row["until_on"] if reason is None else None, authorised, reason])


def get_technician_page(db: Database, who: str, *, on: str) -> Table:
    """Return a technician with skills, areas, badge, certificates and trainings."""
    return technician_page(db, get_technician(db, who), on=on)


def technician_page(db: Database, person: Row, *, on: str) -> Table:
    """Return the page of the technician `person`."""
    table = technician_table(db, person["id"], on=on)
    badge = credentials.find_badge(db, person["id"])
    certificates = [
        [one.category, one.number, one.until_on, one.until_on < on]
        for one in credentials.list_certificates(db, on=on, technician_id=person["id"])
    ]
    trainings = [list(row) for row in credentials.list_trainings(db, person["id"])]
    cells = [*table.rows[0], badge["number"] if badge else None, badge["until_on"] if badge else None]
    sections = (("certificates", Table(_CERTIFICATES, certificates)), ("trainings", Table(_TRAININGS, trainings)))
    return record((*COLUMNS, *_BADGE), cells, sections=sections)
