"""Propose tiers for customers by rules that anybody can check; a person decides (S09)."""

from collections.abc import Iterable
from typing import NamedTuple

from servicedesk.base.messages import category_name, item_list, say
from servicedesk.base.money import amount_text
from servicedesk.base.table import Table, columns
from servicedesk.domain.customer_codes import Tier
from servicedesk.storage.database import Database

FULL_SET_KINDS = 5  # kinds of appliances of one customer that make a full set
VIP_FEN = 3_000_000  # on the invoices of one customer's appliances: 30 000 yuan

_COLUMNS = columns(
    "customer_id:C=customer", "customer:name=name", "tier:words=tier now", "proposed:words", "rule:words-", "why",
)  # fmt: skip

# Customers of the ordinary tier with the facts that the rules read: kinds of appliances in use, what was paid for them,
# a running project contract.
CANDIDATES = """
SELECT c.id, c.name,
       (SELECT group_concat(category, ',')
          FROM (SELECT DISTINCT a.category FROM appliance a
                 WHERE a.customer_id = c.id AND a.retired_on IS NULL AND a.voided_at IS NULL
                   AND a.category <> 'unknown' ORDER BY a.category)) AS kinds,
       (SELECT sum(a.price_fen) FROM appliance a
         WHERE a.customer_id = c.id AND a.retired_on IS NULL AND a.voided_at IS NULL) AS price_fen,
       (SELECT min(k.id) FROM contract k
         WHERE k.customer_id = c.id AND k.kind = 'project' AND k.voided_at IS NULL
           AND k.from_on <= :on AND k.to_on >= :on
           AND NOT EXISTS (SELECT 1 FROM contract_end e
                            WHERE e.contract_id = k.id AND e.voided_at IS NULL AND e.on_date < :on)) AS contract_id
  FROM customer c
 WHERE c.voided_at IS NULL AND c.merged_into_id IS NULL AND c.forgotten_at IS NULL
   AND coalesce((SELECT r.tier FROM tier r
                  WHERE r.customer_id = c.id AND r.from_on <= :on AND r.voided_at IS NULL
                  ORDER BY r.from_on DESC, r.id DESC LIMIT 1), 'ordinary') = 'ordinary'
 ORDER BY c.id
"""


class Grant(NamedTuple):
    """A tier that a rule would grant, the rule, and the facts behind it."""

    tier: Tier
    rule: str
    why: str


def propose_tiers(db: Database, *, on: str) -> Table:
    """Return the ordinary customers to whom a rule would grant a tier; nothing is written."""
    rows = [
        [row["id"], row["name"], Tier.ORDINARY.value, grant.tier.value, grant.rule, grant.why]
        for row in db.stream(CANDIDATES, on=on)
        if (grant := find_grant(row["kinds"] or "", row["price_fen"] or 0, row["contract_id"]))
    ]
    told = say("a person decides: 'customer tier C12 vip' gives it")
    heading = say("Tiers that a rule would grant; {told}", told=told)
    return Table(_COLUMNS, rows, heading=heading, empty=say("No rule would grant anybody another tier"))


def find_grant(kinds: str, price_fen: int, contract_id: int | None) -> Grant | None:
    """Return the tier of the first rule that holds: a running project contract, a full set, dear appliances."""
    if contract_id is not None:
        return Grant(Tier.PROJECT, "project_contract", say("contract G{id} of a project runs", id=contract_id))
    had = [kind for kind in kinds.split(",") if kind]
    if len(had) >= FULL_SET_KINDS:
        told = _names(had)
        return Grant(Tier.FULL_SET, "full_set", say("{n} kinds of appliances: {kinds}", n=len(had), kinds=told))
    if price_fen >= VIP_FEN:
        least, paid = amount_text(VIP_FEN), amount_text(price_fen)
        return Grant(Tier.VIP, "invoices", say("{amount} on invoices, {least} or more", amount=paid, least=least))
    return None


def _names(kinds: Iterable[str]) -> str:
    return item_list(map(category_name, kinds))
