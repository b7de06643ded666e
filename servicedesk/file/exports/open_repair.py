"""`export open-repair`: the repairs as Open Repair Data, for those who collect what breaks and what can be repaired."""

import json
from pathlib import Path

from servicedesk.base.table import Result, Table, columns
from servicedesk.storage.database import Database

NOUN = "open_repair"
# For each category of ours, name and number of the standard's category.
_CATEGORIES = {
    "ac": ("Aircon/dehumidifier", 1), "computer": ("Desktop computer", 4), "fan": ("Fan", 7),
    "flat_tv": ("Flat screen", 8), "fridge": ("Large home electrical", 17), "freezer": ("Large home electrical", 17),
    "washer": ("Large home electrical", 17), "dishwasher": ("Large home electrical", 17),
    "range_hood": ("Large home electrical", 17), "gas_water_heater": ("Large home electrical", 17),
    "electric_water_heater": ("Large home electrical", 17), "microwave": ("Small kitchen item", 29),
    "vacuum_cleaner": ("Vacuum", 34), "small": ("Small home electrical", 28), "other": ("Misc", 18),
}  # fmt: skip
_COLUMNS = columns(
    "id", "data_provider", "country", "partner_product_category", "product_category", "product_category_id:count",
    "brand", "year_of_manufacture", "product_age:count", "repair_status", "repair_barrier_if_end_of_life",
    "group_identifier", "event_date", "problem",
)  # fmt: skip


def export_open_repair(db: Database) -> Result:
    """Return every repair that was not cancelled as a row of the Open Repair Data Standard."""
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    categories = json.dumps([[code, *named] for code, named in _CATEGORIES.items()])
    rows = db.rows(sql, outlet=db.outlet.name, categories=categories)
    return Result(Table(_COLUMNS, [tuple(row) for row in rows]), changed=False)
