"""Sketch the section of the customer: the key, names, phones, addresses."""

import re
from itertools import repeat

from servicedesk.base import sameness
from servicedesk.base.errors import ServiceDeskError
from servicedesk.base.messages import say, say_count
from servicedesk.file.imports.sketch.columns import Column
from servicedesk.file.imports.sketch.draft import Section, quote_some, toml, toml_list
from servicedesk.file.imports.sketch.view import View, code_lines, field_value, template

_MOST_BLANKED = 12  # texts that are written down as nothing


def customer_key(view: View) -> str:
    """Return the key of customers: the file's own number, else name and phone, else one of them and the address.

    An empty text if the file names nobody.
    """
    parts = key_columns(view)
    return template(parts, "/") if parts else ""


def key_columns(view: View) -> list[Column]:
    """Return the columns that make the key of customers, [] if there are none."""
    roles = view.roles
    own = roles.get("customer.ref")
    if own and own.filled * 10 > own.rows * 9:
        return [own]
    parts = [*roles.all("customer.name")[:1], *roles.all("customer.phone")]
    return parts if len(parts) > 1 else [*parts, *roles.all("customer.address")]


def sketch_customer(view: View) -> Section | None:
    """Return the section of the customer, None if the file names nobody."""
    roles, key = view.roles, customer_key(view)
    if not key:
        return None
    section = Section("customer")
    own = roles.get("customer.ref")
    guess = view.guess_comment(own) if own else ""
    section.put("ref", toml(key), guess, doubt=bool(guess))
    if own:
        view.find(own, "customer.ref", say_count("{n} key", "{n} keys", n=len(own.texts)))
    _put_name(view, section)
    if (name := roles.get("customer.name")) and name.contact_sign and not roles.all("customer.phone"):
        has_address = name.has_address and not roles.all("customer.address")
        sign, last = toml(name.contact_sign), toml("last")
        section.put("phone", field_value(name.name, split=sign, take="2" if has_address else last))
        if has_address:
            section.put("address", field_value(name.name, split=sign, take=last), say("the last part"))
    if phones := roles.all("customer.phone"):
        _put_phone(view, section, phones)
    if addresses := sorted(roles.all("customer.address"), key=lambda column: column.at):
        section.put("address", toml(template(addresses)))
        for column in addresses:
            view.find(column, "customer.address", say("{n} filled", n=column.filled))
    if area := roles.get("customer.area"):
        section.put("area", toml(area.name))
        view.find(area, "customer.area", quote_some(area.texts))
    if tier := roles.get("customer.tier"):
        section.put_codes("tier", tier.name, code_lines(view, tier, "tier", "ordinary"))
        view.find(tier, "customer.tier")
    return section


def _put_name(view: View, section: Section) -> None:
    name = view.roles.get("customer.name")
    if name is None:
        stand_in = next(iter((*view.roles.all("customer.phone"), *view.roles.all("customer.address"),
                              *view.roles.all("customer.ref"))))  # fmt: skip
        section.put("name", toml(stand_in.name), say("the file has no column of names"))
        return
    lacking = view.records_where(_lack_name(view, name))
    doubt = view.guess_comment(name)
    if name.contact_sign:
        comment = say("a name and a phone in one cell: {texts}", texts=quote_some(name.sample))
        section.put("name", field_value(name.name, split=toml(name.contact_sign), take=toml("first")), comment)
        view.find(name, "customer.name", comment)
        return
    if lacking:
        where = view.rows.places(lacking)
        nobody = "未留姓名" if not name.name.isascii() else "no name"
        comment = say("{n} without a name, called '{nobody}': {where}", n=len(lacking), nobody=nobody, where=where)
        section.put("name", field_value(name.name, default=toml(nobody)), comment, doubt=True)
        view.find(name, "customer.name", doubt=comment)
    else:
        section.put("name", toml(name.name), doubt, doubt=bool(doubt))
    view.find(name, "customer.name", say("{n} different", n=len(name.texts)), doubt=doubt)


def _lack_name(view: View, name: Column) -> list[bool]:
    """Return for each row whether it has something of a customer, but no name."""
    others = [*view.roles.all("customer.phone"), *view.roles.all("customer.address"), *view.roles.all("customer.ref")]
    beside = zip(*(column.values for column in others), strict=True) if others else repeat(())
    return [not text and any(more) for text, more in zip(name.values, beside, strict=False)]


def _put_phone(view: View, section: Section, phones: list[Column]) -> None:
    """Write the phones; what is no phone is written down as nothing, because it would reject its row."""
    bad: dict[str, Column] = {}
    for column in phones:
        wrong = [text for text in column.texts if not _is_readable(text)]
        bad.update((text, column) for text in wrong)
        several = sum(count for text, count in column.texts.items() if len(text) > 15 and _count_phones(text) > 1)
        seen = say("{n} with several phones", n=several) if several else ""
        view.find(column, "customer.phone", say("{n} filled", n=column.filled), seen, doubt=view.guess_comment(column))
    words: dict[str, str] = {}
    comment, guess = "", next(filter(None, map(view.guess_comment, phones)), "")
    if bad and len(phones) == 1 and all(re.fullmatch(r"\d{7,15}\.0+", text) for text in bad):
        words |= {"split": toml("."), "take": toml("first")}
        guess = guess or say("numbers with a decimal point: {texts}", texts=quote_some(bad))
    elif bad and len(bad) <= _MOST_BLANKED and len(phones) == 1:
        words["blank"] = toml_list(bad)
        where = view.rows.of(phones[0], bad)
        comment = say("no phones, taken for nothing: {where}", where=where)
    elif bad:
        comment = say("no phones, their rows will be rejected: {texts}", texts=quote_some(bad))
    section.put("phone", field_value(template(phones, "/"), **words), comment or guess, doubt=bool(comment or guess))
    if comment:
        view.find(phones[0], "customer.phone", doubt=comment)


def _is_readable(text: str) -> bool:
    return _count_phones(text) > 0


def _count_phones(text: str) -> int:
    try:
        return len(sameness.phones(text))
    except ServiceDeskError:
        return 0
