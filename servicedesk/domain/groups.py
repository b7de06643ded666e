"""By what figures and signals are told apart. (Apart from model.py: few commands need them.)"""

from enum import StrEnum


class By(StrEnum):
    """What figures can be grouped by; at most two at a time."""

    MONTH = "month"
    TECHNICIAN = "technician"
    CATEGORY = "category"
    TYPE = "type"
    AREA = "area"


class Person(StrEnum):
    """Who the rows of a signal are told apart by: who came, or who typed."""

    TECHNICIAN = "technician"
    CLERK = "clerk"
