"""Every figure of a file at several instants, as text: what must not move when somebody is merged or forgotten."""

from datetime import datetime, timedelta

from tests.conftest import Desk
from tests.random_outlets import Outlet

QUESTIONS = (
    ("kpi", "report"), ("kpi", "report", "--by", "area"), ("kpi", "report", "--by", "technician"),
    ("kpi", "rows", "complaint_rate"), ("kpi", "rows", "arrival_24h_rate"), ("kpi", "integrity"),
)  # fmt: skip


def instants(outlet: Outlet, count: int = 2) -> list[str]:
    """Some of the moments at which something happened, and the newest."""
    step = max(1, len(outlet.moments) // count)
    return [outlet.text(at) for at in [*sorted(outlet.moments)[step::step], outlet.now]]


def figures(desk: Desk, as_ofs: list[str], now: str) -> dict[tuple[str, ...], str]:
    """The answer to each question about the outlet's whole life, as of each instant."""
    first = min(as_ofs)[:10]
    begin = (datetime.fromisoformat(first) - timedelta(days=60)).date().isoformat()
    found = {}
    for as_of in as_ofs:
        for question in QUESTIONS:
            words = (*question, "--from", begin, "--to", as_of[:10], "--as-of", as_of)
            found[words] = str(desk.do(*words, now=now))
    return found
