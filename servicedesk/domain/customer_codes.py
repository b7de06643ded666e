"""Codes of customers and their appliances: tier, answer to a wish, installer, use, events. Few commands need them."""

from enum import StrEnum


class Tier(StrEnum):
    ORDINARY = "ordinary"
    VIP = "vip"
    FULL_SET = "full_set"
    PROJECT = "project"


class CustomerKind(StrEnum):
    """Whom the outlet serves: people at home, or shops and chains."""

    HOUSEHOLD = "household"
    TRADE = "trade"


class TradeClass(StrEnum):
    """What kind of shop a trade customer is (S10)."""

    MULTINATIONAL = "multinational"
    NATIONAL = "national"
    DEPARTMENT_STORE = "department_store"
    FRANCHISE = "franchise"
    SPECIALIST = "specialist"


class Answer(StrEnum):
    """A yes or no of the customer."""

    YES = "yes"
    NO = "no"


class Installer(StrEnum):
    """Who installed an appliance: the seller's side, or the customer (W1)."""

    BRAND = "brand"
    OUTLET = "outlet"
    SELF = "self"


class EventKind(StrEnum):
    """What the outlet invites people to (S42)."""

    SCHOOL = "school"
    FREE_REPAIR = "free_repair"
    LECTURE = "lecture"


class Use(StrEnum):
    """What an appliance is used for; the periods of the household are for homes (W15)."""

    HOME = "home"
    BUSINESS = "business"
