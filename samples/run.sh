#!/usr/bin/env bash
# Sets this machine up where needed, then runs the failover demo. Arguments go to the demo; --help lists them.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/tests/setup.sh"
require_dotnet
require_postgres

# From here, so that global.json and nuget.config hold wherever the script was called from.
cd "$root"
# The analyzers' verdict belongs to the tests and costs half the build. The output stands apart,
# so that no later build takes what was compiled without them for checked.
output=(-c Release --artifacts-path "$root/artifacts/demo")
dotnet build samples/FailoverDemo "${output[@]}" -p:RunAnalyzers=false -v quiet --nologo >&2
exec dotnet run --project samples/FailoverDemo "${output[@]}" --no-build -- "$@"
