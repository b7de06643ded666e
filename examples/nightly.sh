#!/usr/bin/env bash
# One night of an outlet: birthdays become visits, what is late, last month's figures, a look for damage, a copy.
# Usage: SERVICEDESK_DB=… nightly.sh FOLDER
# It never asks and may run twice. It prints what somebody has to see in the morning; the rest is in FOLDER.
# Exit code: 0, or that of the command at which it stopped (3 not there, 4 a rule, 5 the file).
set -eu
umask 077 # the lists name customers
exec </dev/null

: "${SERVICEDESK_DB:?names the file of the outlet}"
out=${1:?names the folder for the results}
mkdir -p "$out"
# One run at a time: a second one would put an empty visits.json in the place of the first one's. The lock ends with us.
exec 9>"$out/.lock"
flock -n 9 || { echo "nightly: another run is at work in $out"; exit 0; }
log=$out/nightly.log
: >"$log"
trap 'code=$?; rm -f "$out"/*."$$"; [ "$code" -eq 0 ] || { echo "nightly: stopped, exit code $code"; tail -n 3 "$log"; }' EXIT

# keep FILE COMMAND…: written beside its place, then moved, so that nobody reads half of it.
keep() {
    file=$out/$1
    shift
    "$@" >"$file.$$" 2>>"$log"
    mv "$file.$$" "$file"
}

keep visits.json servicedesk maintenance generate --format json
keep overdue.json servicedesk ticket list --overdue --format json
keep kpi.csv servicedesk kpi report --format csv
keep check.json servicedesk check --format json
keep backup.json servicedesk backup "$out/backup.db" --format json

python3 -c '
import json, sys
visits, overdue = (json.load(open(f"{sys.argv[1]}/{name}.json")) for name in ("visits", "overdue"))
for line in visits:
    if line["role"] == "care":
        ticket = "T{}".format(line["ticket_id"]) if line["ticket_id"] else line["status"]
        print("birthday A{}, due {}: {}".format(line["appliance_id"], line["due_on"], ticket))
for ticket in overdue:
    print("late T{}, since {}: {}".format(ticket["id"], ticket["deadline_at"][:16], ticket["technician"] or "nobody"))
' "$out"
