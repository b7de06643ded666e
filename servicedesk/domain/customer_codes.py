"""Codes of customers: their tier, and what they answer to a wish."""

from enum import StrEnum


class Tier(StrEnum):
    ORDINARY = "ordinary"
    VIP = "vip"
    FULL_SET = "full_set"
    PROJECT = "project"


class Answer(StrEnum):
    """A yes or no of the customer."""

    YES = "yes"
    NO = "no"
