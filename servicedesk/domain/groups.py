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
    BRAND = "brand"
    MODEL = "model"
    TIER = "tier"
    CHANNEL = "channel"
    SOURCE = "source"
    LATENESS = "lateness"


# The groups of what belongs to nobody. A name that somebody typed may begin with a bracket too: (ext) Wang.
NOBODY = frozenset({"(none)", "(dispatch)"})


class BrandBy(StrEnum):
    """What the figures of a brand with many outlets are divided by."""

    OUTLET = "outlet"
    MONTH = "month"
    CATEGORY = "category"


class Outcome(StrEnum):
    """What a ticket can be for a figure."""

    HIT = "hit"
    MISS = "miss"
    PENDING = "pending"
    EXCLUDED = "excluded"


class Person(StrEnum):
    """The person by whom a signal's rows are grouped: the technician or the clerk."""

    TECHNICIAN = "technician"
    CLERK = "clerk"


class Bring(StrEnum):
    """What `report pareto` counts of a customer."""

    REVENUE = "revenue"
    VISITS = "visits"


class Fails(StrEnum):
    """What `report failures` compares."""

    MODEL = "model"
    BRAND = "brand"
    PART = "part"


class Model(StrEnum):
    """The two models of word of mouth; they speak of different people and are never added."""

    TOLD = "told"
    DEALS = "deals"
