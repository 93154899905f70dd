#!/usr/bin/env bash
# Runs one benchmark: benchmarks/run.sh NAME. Its last line is one JSON object; the table stays in benchmarks/results/NAME.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

declare -A about=(
    [micro]='cost of routing: choosing an endpoint, opening, SELECT 1, beside plain Npgsql (about 2 minutes)'
    [faults]='frozen servers, deadlines, ended sessions, brown-outs, hedged reads; one of them: faults frozen|deadline|terminate|brownout|hedging (about 2 minutes)'
    [commits]='the exchange of a COMMIT cut after each byte, a thousand transactions under failovers, and the cost; one of them: commits cuts|tokens|chaos|cost (about 6 minutes)'
    [routing]='whether statements taken for reads are reads, on random texts and real servers, and what routing by text costs; one of them: routing classify|blog|cost (about 5 minutes)'
    [freshness]='whether the lag proven of a standby is never below the truth, whether reads and visitors see what was written, how many reads standbys keep, and what it costs; one of its parts: freshness lag|cost|web|pairs|share (about 7 minutes)'
    [discovery]='each provider of endpoints through a failover of its kind: Patroni, DNS, RDS, Aurora, pgpool, PgBouncer, joins and leaves; one of its scenarios: discovery NAME (about 7 minutes)'
    [fakes]='whether the in-process cluster answers like a real server, survives hostile bytes and leaves nothing behind, and how fast it is; one of its parts: fakes conformance|start|many|fuzz|virtual (about 3 minutes)'
    [failover]='write pause of 20 SIGKILL failovers (asynchronous and synchronous) and 20 switchovers, beside Npgsql multi-host (about 4 minutes)'
)

if [[ $# -eq 0 ]]; then
    for name in micro failover faults commits routing freshness discovery fakes; do
        printf '%-10s %s\n' "$name" "${about[$name]}"
    done
    exit 0
fi

name=$1
if [[ -z ${about[$name]:-} ]]; then
    echo "No benchmark '$name'. There are: ${!about[*]}" >&2
    exit 2
fi

if [[ -f tests/setup.sh ]]; then
    source tests/setup.sh
    require_dotnet
    require_postgres
    [[ $name != freshness ]] || try_faketime
    [[ $name != discovery ]] || try_servers
fi

project=benchmarks/ResilientPostgres.Benchmarks
dotnet build "$project" --configuration Release --nologo --verbosity quiet >&2
mkdir -p benchmarks/results

# A part of a benchmark does not replace the result of the whole.
results=benchmarks/results/$name.md
[[ -z ${2:-} ]] || results=$(mktemp)
limit=600
[[ $name != freshness && $name != discovery && $name != fakes ]] || limit=900
exec timeout --signal=TERM --kill-after=10 "$limit" \
    dotnet "$project/bin/Release/net10.0/ResilientPostgres.Benchmarks.dll" "$name" "$results" ${2:+"$2"}
