"""Codes by which figures, signals and reports can be grouped. Apart from model.py because few commands need them."""

from enum import StrEnum


class By(StrEnum):
    """The groupings of figures; at most two may be combined."""

    MONTH = "month"
    TECHNICIAN = "technician"
    CATEGORY = "category"
    TYPE = "type"
    AREA = "area"
    CHARGE = "charge"
    BRAND = "brand"
    MODEL = "model"
    TIER = "tier"
    CHANNEL = "channel"
    SOURCE = "source"
    LATENESS = "lateness"


# Groups of rows without a person. A typed name may begin with a bracket too: (ext) Wang.
NOBODY = frozenset({"(none)", "(dispatch)"})


class BrandBy(StrEnum):
    """The groupings of the figures of a brand with many outlets."""

    OUTLET = "outlet"
    MONTH = "month"
    CATEGORY = "category"


class Outcome(StrEnum):
    """The result of a ticket for a figure."""

    HIT = "hit"
    MISS = "miss"
    PENDING = "pending"
    EXCLUDED = "excluded"


class Person(StrEnum):
    """The person by which the rows of a signal are grouped: technician or clerk."""

    TECHNICIAN = "technician"
    CLERK = "clerk"


class Bring(StrEnum):
    """The amounts that `report pareto` counts for each customer."""

    REVENUE = "revenue"
    VISITS = "visits"


class Fails(StrEnum):
    """The groupings that `report failures` compares."""

    MODEL = "model"
    BRAND = "brand"
    PART = "part"


class Model(StrEnum):
    """The two models of word of mouth. They count different people and are never added."""

    TOLD = "told"
    DEALS = "deals"
