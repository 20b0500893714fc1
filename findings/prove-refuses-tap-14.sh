#!/usr/bin/env bash
# Guess, written down before the run: TAP 14 is said to be compatible with TAP 13, so Perl's prove, the oldest consumer of
# TAP there is, reads a stream whose first line is "TAP version 14".
# Seen: it counts that line as a parse error and fails the run, although every test passes; "TAP version 13" is read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
command -v prove > /dev/null || { echo 'needs Perl: apt-get install perl'; exit 2; }
echo "version: $(prove --version)"
for number in 13 14; do
    printf 'TAP version %s\n1..1\nok 1 - passes\n' "$number" > "$folder/$number.tap"
done
status13=0; out13=$(prove -e cat "$folder/13.tap" 2>&1) || status13=$?
status14=0; out14=$(prove -e cat "$folder/14.tap" 2>&1) || status14=$?
printf 'behaviour, TAP version 13 (exit code %s):\n%s\n' "$status13" "$out13"
printf 'behaviour, TAP version 14 (exit code %s):\n%s\n' "$status14" "$out14"
[ "$status13" = 0 ] && [ "$status14" != 0 ] && grep -q "TAP specified version 14 but we don't know about versions later than 13" <<< "$out14" \
    || { echo 'this has changed'; exit 1; }
