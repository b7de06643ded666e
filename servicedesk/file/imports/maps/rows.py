"""Turn a row of an imported file into a customer, an appliance and a ticket, or reject it with a reason.

Checks that need the outlet's file (is the ref known, is the serial taken) are in loader.py. A row is read in one pass
and without a dict, because there may be a million (tests/bench/imports.py). Tickets are read by ticket_rows.py.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, tzinfo

from servicedesk.base import sameness, text
from servicedesk.base.errors import ServiceDeskError
from servicedesk.base.messages import say
from servicedesk.base.money import parse_amount
from servicedesk.domain.customer_codes import Installer, Tier, Use
from servicedesk.file.imports.maps.binding import Bound, Cells, RowError, Values, bind_map
from servicedesk.file.imports.maps.key_texts import key_readers
from servicedesk.file.imports.maps.mapping import Map
from servicedesk.file.imports.maps.numbering import Facts, Numbers
from servicedesk.file.imports.maps.row_values import Nouns, Row, digest_of
from servicedesk.file.imports.maps.ticket_rows import (
    Meaning,
    RowErrors,
    TicketReader,
    advice_of,
    as_written,
    reason_of,
)
from servicedesk.file.imports.maps.times import clocks
from servicedesk.file.imports.maps.toml_values import Scalar
from servicedesk.file.imports.maps.words import SECTIONS
from servicedesk.file.imports.tables.cells import EPOCH
from servicedesk.file.imports.tables.layout import REJECT_COLUMNS, Tally

UNKNOWN = "unknown"  # the category of an appliance if the file does not name one
# The fields whose values tell at the next import whether a row has changed.
_CUSTOMER = ("address", "area", "name", "phone", "ref", "tier")
_APPLIANCE = (
    "bought", "brand", "category", "installed", "model", "owner", "ref", "serial", "delivered", "invoice", "invoice_no",
    "price", "installed_by", "use", "remote_sale",
)  # fmt: skip
_NO_SALE = (None,) * 7
_NONE: dict[int, str] = {}
_NO_NAMES: Mapping[str, int] = {}
_NO_VISIT: Values = (None,) * 7
_NO_ANSWER: Values = (None,) * 5
# Fields of one line. A line end in one mostly comes from a quotation mark that was closed too late.
_ONE_LINE = {"customer": ("ref", "name", "area"), "appliance": ("ref", "brand", "model", "serial")}


class Reader:
    """Reads the rows of one file through one map. `now` decides what lies in the future; its zone is the outlet's.

    `aliases`: other names of the columns. `epoch`: the day from which a workbook counts its dates. `tally` counts what
    the map leaves out. `meaning` reads codes in other languages.
    """

    def __init__(
        self,
        mapping: Map,
        headings: Sequence[str],
        *,
        now: datetime,
        is_workbook: bool = False,
        aliases: Mapping[str, int] = _NO_NAMES,
        epoch: datetime = EPOCH,
        tally: Tally | None = None,
        meaning: Meaning = as_written,
    ) -> None:
        """Bind the map to the headings. UsageError or RefusedError if they do not fit."""
        zone: tzinfo | None = now.tzinfo
        assert zone is not None
        self.tally = Tally() if tally is None else tally
        own_clocks = clocks(mapping, zone, also_iso=is_workbook, epoch=epoch)
        self.bound: Bound = bind_map(mapping, headings, aliases, self.tally, key_readers(mapping, own_clocks))
        self._headings = headings
        unread = set(range(len(headings))) - self.bound.used - {at for at, _ in self.bound.only}
        self._unused = sorted(at for at in unread if headings[at] not in REJECT_COLUMNS)
        self.now = now
        # By the field alone, because but for visits no two sections have a time field of the same name.
        self._clocks = {
            f"visit {key}" if section == "visit" else key: clock for (section, key), clock in own_clocks.items()
        }
        self._blank, self._is_narrow = mapping.blank, mapping.is_narrow
        self._deepest = mapping.depth - 1
        self._points = {section for section, fields in mapping.sections.items() if set(fields) == {"ref"}}
        self._errors = RowErrors(self.bound.labels, meaning if mapping.labels else as_written)
        self._row_error = self._errors.error
        self._tickets = TicketReader(
            self._errors,
            self._clocks,
            self.tally,
            now=now,
            has_visits="visit" in mapping.sections,
            only_answers=mapping.only_answers,
        )
        self.customers, self.appliances = Numbers(), Numbers()

    def begin(self, *, anew: bool = False) -> bool:
        """Begin a batch. Return whether numbers start at 1 again, as when too many keys are remembered."""
        anew = anew or self.customers.is_full or self.appliances.is_full
        if anew:
            self.customers, self.appliances = Numbers(), Numbers()
        self.customers.fresh, self.appliances.fresh = [], []
        return anew

    def row(self, cells: list[str], number: int) -> Row | None:
        """Return the row of a record; None if [[only]] leaves it out. RowError if it is rejected."""
        self.begin(anew=True)
        found = self.nouns(cells, number)
        if found is None:
            return None
        customer, appliance, ticket = found
        return Row.of(
            self.customers.fresh[0] if customer else None, self.appliances.fresh[0] if appliance else None, ticket
        )

    @property
    def has_visits(self) -> bool:
        """Return whether several rows may be of one ticket."""
        return "visit" in self.bound.pick

    def ticket_key(self, cells: list[str], number: int) -> str | None:
        """Return the key of the ticket of a record, None if it has none. RowError if it is rejected."""
        fitted, _ = self._fit(cells, counts=False)
        key = self.bound.key(fitted, number) if self.bound.key else None
        return None if key is None else str(key)

    def nouns(self, cells: list[str], number: int, bad: Mapping[int, str] = _NONE) -> Nouns | None:
        """Return the record as numbers and plain values; the values of new numbers are in `fresh`.

        `bad`: why a cell has no value, by its column. None if [[only]] leaves the record out. RowError if it is
        rejected.
        """
        fitted, is_plain = self._fit(cells)
        if self.bound.only:
            self._check_cells(fitted, bad, {at for at, _ in self.bound.only})
            if not self.bound.accepts(fitted):
                return None
        self._check_cells(fitted, bad, self.bound.used)
        for at in self._unused:
            if fitted[at] is not None:
                self.tally["unused", self.bound.names[at]] += 1
        whole, pick = self.bound.row(fitted, number), self.bound.pick
        customer = appliance = 0
        ticket = owner = machine = None
        if "customer" in pick:
            said = pick["customer"](whole)
            if said[0] is not None:
                owner = str(said[0])
                customer = self.customers.number(owner, said, lambda: self._customer(said, is_plain))
        if "appliance" in pick:
            told = pick["appliance"](whole)
            if told[0] is not None:
                machine = str(told[0])
                asked = (owner, told)
                appliance = self.appliances.number(machine, asked, lambda: self._appliance(told, owner, is_plain))
        if "ticket" in pick:
            survey = pick["survey"](whole) if "survey" in pick else _NO_ANSWER
            visit = pick["visit"](whole) if "visit" in pick else _NO_VISIT
            given = pick["ticket"](whole)
            line = given if is_plain else _lines(given)
            ticket = self._tickets.read(given, line, visit, survey, (owner, machine))
        found = (customer, appliance, ticket)
        if not found[self._deepest]:
            noun = SECTIONS[self._deepest]
            raise self._row_error(noun, "ref", "", say("no key: the record could not be known again"))
        return found

    def _check_cells(self, cells: Cells, bad: Mapping[int, str], used: Collection[int]) -> None:
        """Raise RowError if a used column is in `bad`."""
        for at, why in bad.items():
            if at in used:
                raise RowError(self.bound.names[at], cells[at] or "", why)

    def _fit(self, cells: list[str], *, counts: bool = True) -> tuple[Cells, bool]:
        """Return as many trimmed cells as headings, and whether all of them have one line.

        `counts`: the cells that the map takes for nothing go into the tally.
        """
        width, joined = self.bound.width, "".join(cells)
        if '="' in joined:  # so that a spreadsheet keeps the nought: ="00123"
            cells = list(map(formula_text, cells))
        if self._is_narrow and not joined.isascii():
            cells = [sameness.half_width(cell) for cell in cells]
        trimmed = [cell.strip() or None for cell in cells]
        if self._blank and not self._blank.isdisjoint(trimmed):
            trimmed = self._without_blanks(trimmed, counts=counts)
        if len(cells) != width:
            if len(cells) < width or any(trimmed[width:]):
                said = say("{n} cells under {width} headings", n=len(cells), width=width)
                raise RowError("", ",".join(cells[width:]), said)
            del trimmed[width:]
        if not joined.isprintable() or text.invisible_sign(joined):
            self._check_visible(cells, trimmed)
        return trimmed, self.bound.is_text and not ("\n" in joined or "\r" in joined or "\t" in joined)

    def _without_blanks(self, cells: list[str | None], *, counts: bool) -> list[str | None]:
        """Return the cells with None for texts that mean nothing in every column (`blank` of the map)."""
        blank = self._blank
        if counts:
            gone = (at for at, cell in enumerate(cells) if cell in blank and at in self.bound.used)
            self.tally.update(("blanked", self.bound.names[at]) for at in gone)
        return [None if cell in blank else cell for cell in cells]

    def _check_visible(self, cells: Sequence[str], trimmed: Cells) -> None:
        """Raise RowError for invisible signs in used cells, which typed input may not have either."""
        for at, cell in enumerate(trimmed):
            if cell and "\0" in cell:
                raise RowError("", cells[at], say("a NUL character in a cell"))
            if cell and at in self.bound.used and (sign := text.invisible_sign(cell)):
                raise RowError(self._headings[at], cell, say("an invisible sign in it (U+{ord:04X})", ord=ord(sign)))

    def _customer(self, given: Values, is_plain: bool) -> Facts:
        ref = str(given[0])
        if "customer" in self._points:
            return ref, None, (), None, None, None, None
        _, name, phone, address, area, tier, _ = given if is_plain else _lines(given)
        if name is None or not sameness.folded_name(name):
            raise self._row_error("customer", "name", "", say("a customer has a name"))
        if not is_plain:
            self._check_one_line("customer", (given[0], given[1], given[4]))
        phones = self._phones(phone) if phone else ()
        if tier:
            tier = self._errors.code("customer", "tier", tier, tuple(Tier))
        said = digest_of(_CUSTOMER, (given[3], given[4], given[1], given[2], given[0], given[5]))
        return ref, name, phones, address, area, tier, said

    def _phones(self, text: str) -> tuple[tuple[str, str, str | None], ...]:
        try:
            return tuple((one.number, one.digits, one.extension) for one in sameness.phones(text))
        except ServiceDeskError as error:
            raise self._row_error("customer", "phone", text, advice_of(error)) from None

    def _appliance(self, given: Values, owner: str | None, is_plain: bool) -> Facts:
        ref = str(given[0])
        if "appliance" in self._points:
            return ref, None, None, None, None, (None, "unknown"), (None, "unknown"), None, None
        line = given if is_plain else _lines(given)
        _, category, brand, model, serial, day_bought, day_installed, *said_of_sale, _ = line
        if not is_plain:
            self._check_one_line("appliance", (given[0], given[2], given[3], given[4]))
        category = UNKNOWN if category is None else category
        bought, installed = self._day("bought", day_bought), self._day("installed", day_installed)
        if bought[1] == installed[1] == "day" and str(installed[0]) < str(bought[0]):
            before = say("it is before the purchase ({bought})", bought=bought[0])
            raise self._row_error("appliance", "installed", installed[0], before)
        sale = self._sale(said_of_sale, bought) if said_of_sale.count(None) < len(said_of_sale) else None
        values = (bought[0], given[2], given[1], installed[0], given[3], owner, given[0], given[4], *(sale or _NO_SALE))
        return ref, category, brand, model, serial, bought, installed, sale, digest_of(_APPLIANCE, values)

    def _sale(self, said: Sequence[str | None], bought: tuple[str | None, str]) -> tuple[str | int | None, ...]:
        """Return the values that decide the guarantee, in the order of SALE_COLUMNS."""
        delivered, invoice, number, price, installed_by, use, is_remote = said
        days = []
        for key, typed in (("delivered", delivered), ("invoice", invoice)):
            day, precision = self._day(key, typed)
            if typed is not None and precision != "day":
                raise self._row_error("appliance", key, typed, say("a whole day is needed"))
            if day and bought[1] == "day" and day < str(bought[0]):
                before = say("it is before the purchase ({bought})", bought=bought[0])
                raise self._row_error("appliance", key, day, before)
            days.append(day)
        try:
            fen = None if price is None else parse_amount(price)
        except ServiceDeskError as error:
            raise self._row_error("appliance", "price", str(price), advice_of(error)) from None
        by = self._errors.code("appliance", "installed_by", installed_by, tuple(Installer)) if installed_by else None
        kind = self._errors.code("appliance", "use", use, tuple(Use)) if use else None
        remote = None if is_remote is None else self._errors.truth("appliance", "remote_sale", is_remote)
        return (*days, number, fen, by, kind, remote)

    def _day(self, key: str, text: str | None) -> tuple[str | None, str]:
        if text is None:
            return None, "unknown"
        try:
            return self._clocks[key].day(text, self.now)
        except ValueError as error:
            raise self._row_error("appliance", key, text, reason_of(error)) from None

    def _check_one_line(self, section: str, values: Sequence[Scalar]) -> None:
        """Raise RowError for a line end in a field that is typed in one line."""
        for key, value in zip(_ONE_LINE[section], values, strict=True):
            if isinstance(value, str) and ("\n" in value or "\r" in value):
                raise self._row_error(
                    section, key, value, say("a line end in it: is a quotation mark closed too late?")
                )


def formula_text(cell: str) -> str:
    """Return the text of a cell such as ="00123", which keeps its noughts in a spreadsheet; any other as it is."""
    text = cell.strip()
    is_text = text.startswith('="') and text.endswith('"') and len(text) > 3 and '"' not in text[2:-1]
    return text[2:-1] if is_text else cell


def _lines(given: Values) -> Values:
    """Return the values as texts of one line."""
    return tuple([_line(value) for value in given])


def _line(value: Scalar) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        return str(value).lower()
    return " ".join(value.split()) if "\n" in value or "\r" in value or "\t" in value else value
