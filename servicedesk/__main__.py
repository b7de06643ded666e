"""`python -m servicedesk` is `servicedesk`."""

from servicedesk.cli.main import run

run()
