"""Rules for spare parts: the stock, and what a technician may take and give back (S26).

Triggers in the file enforce the same rules for the stock.
"""

from typing import NamedTuple

from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import item_list, say

DUE_DAYS = 2  # days after which an issued part is due back, unless another day is given
MOST = 100_000  # of one part in one movement


class Late(NamedTuple):
    """Overdue parts: a technician should have given them back."""

    code: str
    quantity: int
    due_on: str


def check_quantity(quantity: int) -> None:
    """Raise UsageError unless the quantity is between 1 and MOST."""
    if not 1 <= quantity <= MOST:
        raise UsageError(say("{n} is no number of parts", n=quantity), hint=say("a whole number from 1 on"))


def check_stock(code: str, quantity: int, *, stock: int, held: list[str]) -> None:
    """Raise RefusedError if the quantity is more than the stock; `held` says which technicians have some."""
    if quantity > stock:
        others = say("; some are with {names}", names=item_list(held)) if held else ""
        raise RefusedError(
            say("{code}: {stock} in stock, {n} wanted{others}", code=code, stock=stock, n=quantity, others=others),
            hint=say(
                "'part receive {code} N' records what has come; 'part show {code}' lists every movement", code=code
            ),
        )


def check_held(code: str, quantity: int, *, name: str, held: int) -> None:
    """Raise RefusedError if the technician holds fewer than that quantity."""
    if quantity > held:
        raise RefusedError(
            say("{name} holds {held} of {code}, not {n}", name=name, held=held, code=code, n=quantity),
            hint=say("'part show {code}' says who holds how many", code=code),
        )


def check_number(code: str, quantity: int | None, *, name: str, held: int) -> int:
    """Return how many pieces the technician uses or returns: `quantity`, or 1 if they hold only one.

    Raise UsageError if they hold several and no quantity is given, RefusedError if they hold fewer.
    """
    if quantity is None and held > 1:
        raise UsageError(
            say("{name} holds {n} of {code}: how many of them?", name=name, n=held, code=code),
            hint=say("the number stands behind the part: {code} {n}", code=code, n=held),
        )
    check_held(code, quantity or 1, name=name, held=held)
    return quantity or 1


def check_gate(name: str, late: list[Late]) -> None:
    """Raise RefusedError if the technician holds overdue parts: they must be given back before more are taken."""
    if late:
        told = item_list(say("{n} {code} due {on}", n=one.quantity, code=one.code, on=one.due_on) for one in late)
        raise RefusedError(
            say("{name} holds overdue parts: {told}", name=name, told=told),
            hint=say(
                "first 'part use T1 {code}' or 'part return {code} --from {name}'; if it has to be: --force 'why'",
                code=late[0].code, name=name,
            ),
        )  # fmt: skip


def check_due(due_on: str, *, issued_on: str) -> None:
    """Raise RefusedError if parts would be due back before they are issued."""
    if due_on < issued_on:
        raise RefusedError(
            say("the parts would be due {due_on}, before they are issued {on}", due_on=due_on, on=issued_on),
            hint=say("--due names a day to come, such as +2d"),
        )


def check_present(name: str, left_on: str | None, *, on: str) -> None:
    """Raise RefusedError if the technician has left, because no parts are issued to them."""
    if left_on is not None and left_on <= on:
        raise RefusedError(
            say("{name} left {left_on}", name=name, left_on=left_on), hint=say("--to names somebody who works here")
        )


def check_counted(code: str, counted: int, *, difference: int, stock: int) -> None:
    """Raise UsageError unless the counted number is possible, RefusedError if the stock would now be below zero."""
    if not 0 <= counted <= MOST:
        raise UsageError(say("{n} is no number of parts", n=counted), hint=say("a whole number from 0 on"))
    if stock + difference < 0:
        raise RefusedError(
            say("{code}: {stock} in stock by now, {n} fewer were counted", code=code, stock=stock, n=-difference),
            hint=say("'part show {code}' lists what was issued or used since; is --at right?", code=code),
        )


def check_left(code: str, quantity: int, *, stock: int, number: int) -> None:
    """Raise RefusedError if the stock would be below zero without the parts that this movement brought."""
    if quantity > stock:
        raise RefusedError(
            say(
                "{code}: movement {number} brought {n}, and only {stock} are left in stock",
                code=code,
                stock=stock,
                number=number,
                n=quantity,
            ),
            hint=say("first void what was issued or used since; 'part show {code}' lists it", code=code),
        )
