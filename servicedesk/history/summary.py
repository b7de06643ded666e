"""Say what one command did, in words with references: "cancelled T9 as a duplicate of T8"."""

import json
from collections.abc import Iterator
from typing import Any

from servicedesk.base.messages import category_name, coded, in_words, item_list, joined, say, say_count
from servicedesk.history.phrases import PHRASES, Cells, short_text, words_joined
from servicedesk.storage.database import Database, Row
from servicedesk.storage.entries import Teller, field_in_words
from servicedesk.storage.journal import FORGET, JOURNALED
from servicedesk.storage.undone import LETTERS

_MANY = 6  # phrases or rows; more are counted

# Columns that follow from others, or that another phrase has.
_SILENT = {
    "copy", "voided_by", "void_reason", "digest", "digits", "extension", "plate", "edited_at", "ended_at", "ended_by",
    "ended_reason", "bought_precision", "installed_precision", "retire_reason",
}  # fmt: skip


_FORGOTTEN = """
SELECT c.id FROM customer c JOIN command m ON m.id = :id AND m.name = :name AND c.forgotten_at = m.recorded_at
"""
_CUSTOMER = "SELECT name FROM customer WHERE id = :id"


class Summaries:
    """Say in words what the commands of a file did. The schema is read once."""

    def __init__(self, db: Database) -> None:
        self.db, self.teller = db, Teller(db)

    def of_command(self, command_id: int) -> str:
        """Return in words what a command did; for an undo or a redo, what it undid or brought back."""
        root, depth = command_id, 0
        while (earlier := self.db.value("SELECT undoes_id FROM command WHERE id = :id", id=root)) is not None:
            root, depth = earlier, depth + 1
        what = self._of_root(root)
        if not depth:
            return what
        return (
            say("undid no {n}: {what}", n=root, what=what)
            if depth % 2
            else say("redid no {n}: {what}", n=root, what=what)
        )

    def _of_root(self, command_id: int) -> str:
        """Return the phrases of a command, or its counts of rows if they are too many to read."""
        spans = "SELECT noun, first_id, last_id FROM command_span WHERE command_id = :id"
        found = {row[0]: (row[1], row[2]) for row in self.db.rows(spans, id=command_id) if row[0] != "change"}
        many = {noun: last - first + 1 for noun, (first, last) in found.items()}
        if max(many.values(), default=0) > _MANY:
            name = self.db.value("SELECT name FROM command WHERE id = :id", id=command_id)
            return say("{command}: {what}", command=name, what=item_list(_counts(many)))
        inserted = [
            (noun, row) for noun in JOURNALED if noun in found for row in self.teller.rows_between(noun, *found[noun])
        ]
        changed = "SELECT * FROM command_change WHERE command_id = :id AND field IS NOT 'copy' ORDER BY id LIMIT :many"
        lines = self.db.rows(changed, id=command_id, many=_MANY * 40)
        merged = [f"C{line['row_id']}" for line in lines if line["field"] == "merged_into_id"]
        if merged:
            into = next(f"C{line['new']}" for line in lines if line["field"] == "merged_into_id")
            return say("merged {one} into {other}", one=item_list(merged), other=into)
        phrases = list(dict.fromkeys([*self._inserts(inserted, lines), *self._changes(inserted, lines)]))
        if len(phrases) > _MANY:
            phrases = [*phrases[:_MANY], say("and {n} more", n=len(phrases) - _MANY)]
        return joined("; ", phrases) or self._forget_text(command_id)

    def _forget_text(self, command_id: int) -> str:
        """Return which customers a command forgot, '' for none: the journal keeps nothing of them."""
        refs = [f"C{row['id']}" for row in self.db.rows(_FORGOTTEN, id=command_id, name=FORGET)]
        return say("{customers} forgotten for good", customers=item_list(refs)) if refs else ""

    # Inserted rows.

    def _inserts(self, inserted: list[tuple[str, Cells]], lines: list[Row]) -> Iterator[str]:
        new = {(noun, row["id"]) for noun, row in inserted}
        dropped = self._phones_dropped(lines)
        for noun, row in inserted:
            if noun in _PARTS and any((parent, row[name]) in new for name, parent in self.teller.keys[noun].items()):
                continue  # told with what it belongs to
            if noun == "event" and row["corrects_id"]:
                before = self.teller.row("event", row["corrects_id"]) or row
                old, said = (self.teller.words("event", _without_note(each)) for each in (before, row))
                yield say("corrected {ref}: {old} → {new}", ref=f"T{row['ticket_id']}", old=old, new=said)
            elif noun == "phone" and row["customer_id"] in dropped:
                number = dropped[row["customer_id"]]
                yield self._field(f"C{row['customer_id']}", in_words("phone"), number, self.phone(row))
            elif (phrase := PHRASES.get(noun)) is not None:
                yield phrase(self, row)

    def _phones_dropped(self, lines: list[Row]) -> dict[int, str | None]:
        """Return the customers of whom a command dropped a phone, each with that number."""
        gone = [line["row_id"] for line in lines if (line["noun"], line["field"]) == ("phone", "voided_at")]
        rows = [row for row_id in gone if (row := self.teller.row("phone", row_id)) is not None]
        return {row["customer_id"]: self.phone(row) for row in rows}

    def phone(self, row: Cells) -> str | None:
        """Return the number of a phone, masked."""
        return self.teller.value("phone", "number", row["number"])

    def customer(self, row_id: Any) -> str:
        """Return a customer as `C1 王芳`."""
        name = self.teller.value("customer", "name", self.db.value(_CUSTOMER, id=row_id))
        return words_joined(f"C{row_id}", name)

    def name(self, technician_id: Any) -> str:
        """Return the technician's name, '' for nobody."""
        return self.db.value("SELECT name FROM technician WHERE id = :id", id=technician_id) or ""

    def part(self, row: Cells) -> str:
        """Return the code of the part that a row is about."""
        return str(self.teller.value("part_movement", "part_id", row["part_id"]))

    # Changed rows.

    def _changes(self, inserted: list[tuple[str, Cells]], lines: list[Row]) -> Iterator[str]:
        new = {(noun, row["id"]) for noun, row in inserted}
        corrected = {row["corrects_id"] for noun, row in inserted if noun == "event"}
        phones = {row["customer_id"] for noun, row in inserted if noun == "phone"}
        for line in lines:
            noun, row_id, field = line["noun"], line["row_id"], line["field"]
            if field is None:
                text = line["new"] or line["old"]
                whole = json.loads(text) if text else {}  # words of a forgotten person are gone
                if (noun.removesuffix("_skill").removesuffix("_area"), whole.get("technician_id")) not in new and whole:
                    yield self._plain(noun, whole, came=line["new"] is not None)
                continue
            if field in _SILENT or (noun, row_id) in new:
                continue
            row = self.teller.row(noun, row_id) or {"id": row_id}
            if field == "voided_at" and (row_id in corrected or (noun == "phone" and row["customer_id"] in phones)):
                continue
            yield self._change(noun, row, line)

    def _change(self, noun: str, row: Cells, line: Row) -> str:
        field, ref = line["field"], self.ref(noun, row)
        if field == "voided_at":
            return self._void(noun, row, ref)
        if noun == "maintenance_line":
            return say(
                "{ref}: birthday {age} {state}", ref=ref, age=row["age"] or "", state=coded(line["new"] or "open")
            )
        if field == "retired_on" and line["new"]:
            return say("retired {ref}, {on}: {reason}", ref=ref, on=line["new"], reason=self._reason(row))
        old, new = (self.teller.value_text(noun, field, line[side]) for side in ("old", "new"))
        is_owner = (noun, field) == ("appliance", "customer_id")
        return self._field(ref, in_words("owner") if is_owner else field_in_words(field, noun), old, new)

    def _reason(self, row: Cells) -> str:
        """Return why an appliance was retired."""
        return self.teller.value("appliance", "retire_reason", row.get("retire_reason")) or ""

    def _void(self, noun: str, row: Cells, ref: str) -> str:
        """Return the phrase of a row that stands no longer."""
        reason = row.get("void_reason")
        if noun == "phone":
            return say("{ref}: phone {number} removed", ref=ref, number=self.phone(row))
        if not reason:
            return say("{ref}: {what} removed", ref=ref, what=self.teller.words(noun, row))
        if noun in LETTERS:
            return say("voided {ref}: {reason}", ref=ref, reason=short_text(reason))
        what = self.teller.words(noun, _without_note(row))
        if noun in _MONEY:
            what = joined(" ", [in_words(noun), what])
        return say("voided {what} of {ref}: {reason}", what=what, ref=ref, reason=short_text(reason))

    def ref(self, noun: str, row: Cells) -> str:
        """Return what a row belongs to: `C1`, `T5`, a technician's name, a category's code."""
        if noun == "outlet":
            return say("outlet")
        return self.teller.ref(noun, row)

    def _field(self, ref: str, field: str, old: str | None, new: str | None) -> str:
        return say(
            "{ref}: {field} {old} → {new}", ref=ref, field=field, old=short_text(old or "–"), new=short_text(new or "–")
        )

    def _plain(self, noun: str, row: Cells, *, came: bool) -> str:
        if noun == "note":
            text = say("(personal)") if row.get("personal") else short_text(row["text"])
            ref = self.ref(noun, row)
            if came:
                return say("note on {ref}: {text}", ref=ref, text=text)
            return say("note on {ref} removed: {text}", ref=ref, text=text)
        if noun == "target":
            percent = f"{row['percent']:g} %"
            return self._field(row["kpi"], say("target"), *((None, percent) if came else (percent, None)))
        if noun == "wording":
            text = short_text(row["text"])
            ref = joined(" ", [coded(row["kind"]), row["language"]])
            return self._field(ref, say("wording"), *((None, text) if came else (text, None)))
        if noun == "absence":
            name, days = self.name(row["technician_id"]), " – ".join(dict.fromkeys((row["from_on"], row["to_on"])))
            if came:
                return say("{name} away {days}", name=name, days=days)
            return say("{name} not away {days}", name=name, days=days)
        ref = self.ref(noun, row)
        what = category_name(row["category"], is_code=True) if "category" in row else row.get("area", "")
        return self._field(ref, in_words(noun.removeprefix("technician_")), *((None, what) if came else (what, None)))


def _counts(many: dict[str, int]) -> Iterator[str]:
    """Yield the counts of rows that people count; phones and events are not counted beside them."""
    made = {
        "customer": lambda n: say_count("{n} customer", "{n} customers", n=n),
        "appliance": lambda n: say_count("{n} appliance", "{n} appliances", n=n),
        "technician": lambda n: say_count("{n} technician", "{n} technicians", n=n),
        "ticket": lambda n: say_count("{n} ticket", "{n} tickets", n=n),
        "maintenance_line": lambda n: say_count("{n} birthday", "{n} birthdays", n=n),
        "complaint": lambda n: say_count("{n} complaint", "{n} complaints", n=n),
        "promise": lambda n: say_count("{n} promise", "{n} promises", n=n),
        "part": lambda n: say_count("{n} part", "{n} parts", n=n),
    }
    named = [made[noun](many[noun]) for noun in JOURNALED if noun in made and noun in many]
    yield from named or [say("{many} {noun}", many=n, noun=in_words(noun)) for noun, n in many.items()]


def _without_note(row: Cells) -> Cells:
    return row | {"note": None}


_MONEY = {"quote", "quote_answer", "charge", "compensation"}  # their amounts alone do not say what they are
# A row that came with what it belongs to is not told again.
_PARTS = {"phone", "tier", "consent", "maintenance_line", "event"}
