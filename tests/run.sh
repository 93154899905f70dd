#!/usr/bin/env bash
# Builds everything and runs all tests, on real PostgreSQL servers. Last line: "N passed, N failed".
# Needs the .NET SDK; PostgreSQL's server programs are installed when they are missing and this runs as root on Debian.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
source tests/setup.sh
require_dotnet
require_postgres

if ! dotnet build DataAccess.sln -c Release --nologo -v quiet; then
    echo "0 passed, 1 failed"
    exit 1
fi

failures=$(mktemp)
passed=0
failed=0
skipped=0
status=0
for project in tests/*Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    log=$(mktemp)
    dotnet "tests/$name/bin/Release/net10.0/$name.dll" -noColor "$@" 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
    # Named again at the end: a long output is mostly kept from its end.
    awk '/ \[FAIL\]$/ { print; left = 6; next } left > 0 { print; left-- }' "$log" >>"$failures"
    summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1)
    rm -f "$log"
    number() { sed -nE "s/.*$1: ([0-9]+).*/\1/p" <<<"$summary"; }
    if [[ -z $summary ]]; then
        echo "$name ended without a summary (exit code $code)" >&2
        failed=$((failed + 1))
    else
        bad=$(($(number Failed) + $(number Errors)))
        failed=$((failed + bad))
        skipped=$((skipped + $(number Skipped)))
        passed=$((passed + $(number Total) - $(number Failed) - $(number Skipped)))
        # A run that fails without a failed test (a crash on the way out) is no green run.
        [[ $code -ne 0 && $bad -eq 0 ]] && failed=$((failed + 1))
    fi
    [[ $code -ne 0 ]] && status=1
done

# A run without a single test proves nothing.
[[ $passed -eq 0 ]] && status=1
if [[ -s $failures ]]; then
    echo "=== FAILED ==="
    cut -c1-400 "$failures"
fi
rm -f "$failures"
if [[ $skipped -gt 0 ]]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
exit $status
