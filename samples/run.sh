#!/usr/bin/env bash
# Sets this machine up where needed, then runs the failover demo. Arguments go to the demo; --help lists them.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/tests/setup.sh"
require_dotnet
require_postgres

# From here, so that global.json and nuget.config hold wherever the script was called from.
cd "$root"
dotnet build samples/FailoverDemo -c Release -v quiet --nologo >&2
exec dotnet run -c Release --no-build --project samples/FailoverDemo -- "$@"
