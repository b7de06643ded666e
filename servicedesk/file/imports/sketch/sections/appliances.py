"""Sketch the section of the appliance: its key, its category, brand, serial and purchase."""

from servicedesk.base.messages import item_list, say, say_count
from servicedesk.file.imports.sketch.codes import Proposal, proposal
from servicedesk.file.imports.sketch.columns import Column
from servicedesk.file.imports.sketch.draft import Line, Section, quote_some, toml, toml_key
from servicedesk.file.imports.sketch.sections.customers import key_columns
from servicedesk.file.imports.sketch.sections.ticket_keys import NUMBER, ticket_key
from servicedesk.file.imports.sketch.sections.times import put_dates
from servicedesk.file.imports.sketch.view import View, code_lines

_MOST_TICKETS = 3  # of an appliance on average: with more, the key does not tell appliances apart


def sketch_appliance(view: View) -> Section | None:
    """Return the section of the appliance, None if the file says nothing of one."""
    roles = view.roles
    category = roles.get("appliance.category") or _find_category(view)
    details = [column for key in ("brand", "model", "serial") if (column := roles.get(f"appliance.{key}"))]
    if category is None and not details:
        return None
    section = Section("appliance")
    _put_appliance_key(view, section, category)
    _put_category(view, section, category)
    for key in ("brand", "model", "serial"):
        if column := roles.get(f"appliance.{key}"):
            section.put(key, toml(column.name))
            seen = quote_some(column.texts) if key == "brand" else say("{n} filled", n=column.filled)
            view.find(column, f"appliance.{key}", seen)
    for key in ("bought", "installed", "delivered", "invoice"):
        if roles.get(f"appliance.{key}"):
            put_dates(view, section, key, f"appliance.{key}")
    _put_sale(view, section)
    return section


def _put_sale(view: View, section: Section) -> None:
    """Write the other fields that decide the guarantee: the invoice, who installed it, its use, how it was sold."""
    for key in ("invoice_no", "price"):
        if column := view.roles.get(f"appliance.{key}"):
            section.put(key, toml(column.name))
            view.find(column, f"appliance.{key}", say("{n} filled", n=column.filled))
    for key in ("installed_by", "use", "remote_sale"):
        if column := view.roles.get(f"appliance.{key}"):
            view.find(column, f"appliance.{key}")
            section.put_codes(key, column.name, code_lines(view, column, key, ""))


def _find_category(view: View) -> Column | None:
    """Return a column of models or problems in which most cells name a category: 冰箱不制冷."""
    others = [*view.roles.all("appliance.model"), *view.roles.all("ticket.text")]
    return next((column for column in others if column.categories > 0.6), None)


def _put_appliance_key(view: View, section: Section, category: Column | None) -> None:
    roles, key = view.roles, key_columns(view)
    own, serial = roles.get("appliance.ref"), roles.get("appliance.serial")
    if own and own.filled * 10 > own.rows * 9:
        section.put("ref", toml(own.name))
        view.find(own, "appliance.ref", say_count("{n} key", "{n} keys", n=len(own.texts)))
        return
    if serial and serial.filled * 20 >= serial.rows * 19:
        lacking = serial.rows - serial.filled
        comment = say("without a serial {n}: their tickets get no appliance", n=lacking) if lacking else ""
        section.put("ref", toml(serial.name), comment)
        return
    if not key:
        _put_key_of_row(view, section)
        return
    parts = [*key_columns(view), *([category] if category else []), *([serial] if serial else [])]
    model, report = roles.get("appliance.model"), roles.get("ticket.reported_at")
    if model and report and view.count_groups([*parts, report, model]) > view.count_groups([*parts, report]):
        parts.append(model)  # two of one kind on the same day
    if view.count_groups(parts) * _MOST_TICKETS < len(view.records):
        _put_key_of_row(view, section)
        return
    whole = "/".join(f"{{{column.name}}}" for column in parts)
    told = say("the same customer and category is the same appliance")
    if model in parts:
        told = say("the same customer, category and model is the same appliance")
    if category is not None and category is not roles.get("appliance.category"):
        told = say("the same customer and the same words are the same appliance")
    section.put("ref", toml(whole), told)


def _put_key_of_row(view: View, section: Section) -> None:
    """Write the key of the ticket, for want of another. Without tickets the number of the row is a doubt."""
    key = ticket_key(view)
    is_doubtful = key == NUMBER and view.roles.report is None
    comment = say("every row is another one")
    if is_doubtful:
        comment = say("every row is another one, by its number: read only the same file again")
    section.put("ref", toml(key), comment, doubt=is_doubtful)


def _put_category(view: View, section: Section, category: Column | None) -> None:
    if category is None:
        section.put("category", '{ value = "unknown" }', say("the file has no column of categories"))
        return
    view.find(category, "appliance.category", doubt=view.guess_comment(category))
    blank = category.rows - category.filled
    if blank:
        view.find(category, "", say("{n} blank→unknown", n=blank))
    if category.is_listed and view.roles.get("appliance.category"):
        section.put_codes("category", category.name, code_lines(view, category, "category"))
        return
    found = {text: proposal("category", text) for text in category.texts}
    parts: dict[str, Proposal] = {}
    for text, one in found.items():
        if one is not None:
            parts.setdefault(one.inside or text, one)
    known = sum(count for text, count in category.texts.items() if found[text] is not None)
    if known * 2 < category.filled or len(parts) > 60:
        section.put("category", toml(category.name), say("{n} different: each becomes a category", n=len(found)))
        return
    longest = sorted(parts, key=lambda part: (-len(part), part))
    unknown = [text for text, one in found.items() if one is None]
    comment = say("none of these words in {n}: {texts}", n=len(unknown), texts=quote_some(unknown)) if unknown else ""
    section.tables += [
        Line(""), Line("[appliance.category]"), Line(f"column = {toml(category.name)}"),
        Line('other = "unknown"', comment, bool(unknown)), Line("[appliance.category.contains]"),
        *(_part_line(view, category, part, parts[part]) for part in longest),
    ]  # fmt: skip
    view.find(category, "", say("{n} different, by the words in them", n=len(found)), doubt=comment)


def _part_line(view: View, category: Column, part: str, found: Proposal) -> Line:
    """Return the line of a word that texts of the column have in them."""
    code = f"{toml_key(part)} = {toml(found.code)}"
    if not found.others:
        return Line(code)
    doubt = say("or {others}?", others=item_list(found.others))
    view.find(category, "", doubt=f"{part}: {' / '.join((found.code, *found.others))}")
    return Line(code, doubt, True)
