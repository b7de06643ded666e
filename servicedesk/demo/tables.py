"""The columns that the made-up outlet fills, beside those that every row has."""

# Parents first, because of foreign keys; a ticket's events in the order of time, as the triggers demand.
COLUMNS = {
    "household": ("id", "name"),
    "customer": ("id", "name", "household_id", "household_relation", "address", "area"),
    "phone": ("customer_id", "number", "digits"),
    "tier": ("customer_id", "tier", "from_on"),
    "consent": ("customer_id", "purpose", "wanted", "given_by", "at"),
    "appliance": (
        "id", "customer_id", "category", "brand", "model", "serial", "plate", "bought_on", "bought_precision",
        "installed_on", "installed_precision", "delivered_on", "invoice_on", "invoice_no", "price_fen", "installed_by",
        "use", "remote_sale",
    ),
    "technician": ("id", "name"),
    "absence": ("technician_id", "from_on", "to_on"),
    "solution": ("id", "uuid", "kind", "category", "fault", "cause", "fix", "parts", "link", "edited_at"),
    "ticket": (
        "id", "type", "customer_id", "appliance_id", "channel", "fault", "text", "follows_ticket_id", "on_site",
    ),
    "event": (
        "id", "ticket_id", "kind", "at", "technician_id", "window_from", "window_to", "asked_by", "no_access", "cause",
        "outcome", "reason", "cancelled_by", "duplicate_of_id", "score", "source", "corrects_id", "voided_at",
        "voided_by", "void_reason", "exclusion", "evidence", "part_id", "found", "found_cause", "solution_id",
    ),
    "note": ("customer_id", "text", "on_md", "yearly"),
    "callback": ("ticket_id", "at", "outcome"),
    "promise": ("id", "ticket_id", "what", "due_at", "at"),
    "promise_end": ("promise_id", "kind", "at"),
    "complaint": ("id", "customer_id", "ticket_id", "at", "kind", "about", "severity", "external_body"),
    "complaint_step": ("complaint_id", "kind", "at", "upheld", "text", "cause", "measure", "measure_by"),
    "price": ("code", "amount_fen", "from_on"),
    "quote": ("id", "ticket_id", "at", "labour_fen", "parts_fen", "travel_fen"),
    "quote_answer": ("quote_id", "kind", "at", "reason"),
    "charge": ("ticket_id", "at", "paid_fen", "method", "free_as"),
    "fund_opening": ("amount_fen", "from_on"),
    "compensation": ("complaint_id", "kind", "at", "amount_fen", "purse", "party"),
}  # fmt: skip
