"""The words of an import map, each with its meaning: the parser accepts them, the reference prints them."""

# Above the sections, about the file as a whole.
FILE_WORDS = {
    "source": "a name for the file's system: refs are unique within it",
    "dates": 'the forms of its dates, tried in order; "excel" is a spreadsheet\'s number of days',
    "zone": "the time zone of its times, if it is not the outlet's",
    "blank": "texts that stand for nothing, in every column",
    "width": '"narrow": full-width letters and digits are read as half-width ones',
    "keys": '"as read": dates, phones and width in keys as they are read, so that 2026.9.2 and 2026-09-02 are one key',
    "labels": "false: codes and categories are taken to the letter, not by their Chinese and English names",
    "encoding": "the encoding of a text file without a byte order mark",
    "delimiter": "what divides the cells of a text file",
    "quote": "the quotation mark of a text file; an empty text for none",
    "escape": 'what stands before a quotation mark that belongs to a text, as in \\"',
    "sheet": "the sheet of a workbook, or several that are put together by their headings",
    "heading": "the row of the headings, or several that are joined",
    "skip_first": "how many rows at the beginning are left out",
    "fill": "columns in which a blank cell, 同上 or 〃 means the cell above",
}
RULE_WORDS = {
    "only": "a table of column and in or contains: other rows are left out",
    "skip": "a table of column and in or contains: these rows are left out, as 合计 at the end; or of sheet: "
    "this sheet is not read, and not named at each import",
}
FIELD_WORDS = {
    "column": "the column, or a text with {columns} in it; {#} is the number of the record, sheet the name "
    "of its sheet",
    "value": "the same value in every row",
    "when": "in which rows the field is read: columns, and the texts that they may have",
    "blank": "texts that stand for nothing in this column",
    "default": "the value where the cell is blank",
    "width": '"narrow", as above, for this column',
    "split": 'what divides several values in one cell, or a list of such signs; " " is any run of blanks',
    "take": 'which of them: "first", "last", the number of one, or "all" for phones',
    "map": "what each text becomes",
    "contains": "what a text becomes that has one of these in it; the first that fits",
    "other": 'what all other texts become; "" is no value. Without it they are rejected',
    "dates": "the forms of dates of this column",
}

# A ticket may name an appliance, and both may name a customer. A visit adds to its ticket.
FIELD_MEANINGS: dict[str, dict[str, str]] = {
    "customer": {
        "ref": "the file's own key: the same ref is the same customer; blank: no customer",
        "name": "the name",
        "phone": "one phone or several",
        "address": "the address",
        "area": "the part of the town",
        "tier": "ordinary, vip, full_set or project",
    },
    "appliance": {
        "ref": "the file's own key of the appliance; blank: no appliance",
        "category": "the kind, by code or name; blank: registered as unknown",
        "brand": "the brand",
        "model": "the model",
        "serial": "the serial, unique within a brand",
        "bought": "the day of purchase, or its month or year alone",
        "installed": "the day of installation, or its month or year alone",
        "delivered": "the day of the delivery",
        "invoice": "the day on the invoice",
        "invoice_no": "the number of the invoice",
        "price": "the price on the invoice, in yuan",
        "installed_by": "who installed it: brand, outlet or self",
        "use": "home or business",
        "remote_sale": "true: sold from afar, by phone or on the internet",
    },
    "ticket": {
        "ref": "the file's own key of the ticket",
        "type": "repair, install, maintenance or guidance; without it a repair",
        "reported_at": "when the customer called",
        "assigned_at": "when the technician was named",
        "arrived_at": "when the technician came",
        "completed_at": "when the work was done",
        "outcome": "what came of it; read only with completed_at. Of a repair fixed, no_fault_found, user_caused, "
        "not_repairable, exchanged, referred or resolved_remotely, of other types done",
        "cancelled_at": "when it was cancelled",
        "cancelled_by": "customer or outlet; read only with cancelled_at",
        "cancel_reason": "why, as works_again; may be blank",
        "technician": "who came, or who has it; unknown names are added",
        "fault": "a code of the fault",
        "text": "what the customer said",
        "channel": "how the customer called; without it hotline",
        "area": "the part of the town, if it is not the customer's",
        "appointed_from": "when the agreed window begins",
        "appointed_to": "when it ends",
        "asked_by": "whose wish the window was: customer, or without it outlet",
        "found": "the fault that was found: one of our codes, in any language; other words stay in the note",
        "cause": "what caused it: likewise",
        "appointed_at": "when the window was agreed on; without it at the report",
        "waiting_for": "what an open ticket waits for, as manufacturer_part; since the arrival, or else the report",
    },
    "visit": {
        "arrived_at": "when the technician came this time",
        "technician": "who came this time; without it the technician of the ticket",
        "no_access": "true: nobody opened",
        "waiting_at": "since when it waits; without it since the arrival",
        "waiting_for": "what the ticket waits for after this visit, as manufacturer_part",
        "resumed_at": "until when it waited",
    },
    "survey": {
        "score": "1 to 5",
        "satisfied": "true or false, where there is no score",
        "answered_at": "when; without it at the completion",
        "reason": "why, in the customer's words",
    },
}
# The order of the values of each section.
FIELDS = {section: tuple(fields) for section, fields in FIELD_MEANINGS.items()}
REQUIRED = {
    "customer": ("ref", "name"), "appliance": ("ref", "category"), "ticket": ("ref", "reported_at"),
    "visit": ("arrived_at",),
}  # fmt: skip
DAYS = {"bought", "installed", "delivered", "invoice"}  # a day, or only its month or year
DATED = {
    "bought", "installed", "delivered", "invoice",
    "reported_at", "assigned_at", "appointed_at", "appointed_from", "appointed_to", "arrived_at",
    "waiting_at", "resumed_at", "completed_at", "cancelled_at", "answered_at",
}  # fmt: skip

# The nouns of --as, and how deep each goes.
DEPTHS = {"customers": 1, "appliances": 2, "tickets": 3}
SECTIONS = ("customer", "appliance", "ticket")
WITH_TICKETS = ("visit", "survey")  # sections that add to tickets
