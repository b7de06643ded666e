"""Codes of customers and their appliances: tier, kind, yes or no, installer, use, events. Few commands need them."""

from enum import StrEnum


class Tier(StrEnum):
    ORDINARY = "ordinary"
    VIP = "vip"
    FULL_SET = "full_set"
    PROJECT = "project"


class CustomerKind(StrEnum):
    """The kind of a customer: people at home, or trade (shops and chains)."""

    HOUSEHOLD = "household"
    TRADE = "trade"


class TradeClass(StrEnum):
    """The kind of shop that a trade customer is (S10)."""

    MULTINATIONAL = "multinational"
    NATIONAL = "national"
    DEPARTMENT_STORE = "department_store"
    FRANCHISE = "franchise"
    SPECIALIST = "specialist"


class Answer(StrEnum):
    """The customer's yes or no to a wish."""

    YES = "yes"
    NO = "no"


class Installer(StrEnum):
    """The party that installed an appliance: the seller's side, or the customer (W1)."""

    BRAND = "brand"
    OUTLET = "outlet"
    SELF = "self"


class EventKind(StrEnum):
    """The kind of a public event of the outlet (S42)."""

    SCHOOL = "school"
    FREE_REPAIR = "free_repair"
    LECTURE = "lecture"


class Use(StrEnum):
    """The use of an appliance: at home or in a business. The guarantee periods apply only at home (W15)."""

    HOME = "home"
    BUSINESS = "business"
