"""A sentence that remembers what it was made of, so that the edge can say it in another language."""

from typing import Any


class Said(str):
    """English text; `template` and `values` are what output/language.py translates. Joined with `+` it forgets them."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]


def say(template: str, /, **values: Any) -> Said:
    """The sentence with its `{names}` filled in; the template is a msgid of the catalogues (tests/catalogue.py).

    A value may be a sentence itself, and is then translated too. Names, refs and codes go in as they are.
    """
    said = Said(template.format(**values) if values else template)
    said.template, said.values = template, values
    return said
