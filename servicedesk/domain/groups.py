"""How figures and signals can be grouped. Separate from model.py because few commands need it."""

from enum import StrEnum


class By(StrEnum):
    """The groupings of figures; at most two at a time."""

    MONTH = "month"
    TECHNICIAN = "technician"
    CATEGORY = "category"
    TYPE = "type"
    AREA = "area"
    CHARGE = "charge"


class Person(StrEnum):
    """The person by whom a signal's rows are grouped: the technician or the clerk."""

    TECHNICIAN = "technician"
    CLERK = "clerk"
