# What the scripts of this repository need on a machine. Sourced by them, not run by itself.
# Everything here speaks on standard error, so that a script's own output stays its own.

SETUP_DOTNET_MAJOR=10

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 2
}

# Finds the .NET SDK, also where its installer puts it without touching PATH.
require_dotnet() {
    if ! command -v dotnet >/dev/null; then
        local folder
        for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet; do
            if [[ -n $folder && -x $folder/dotnet ]]; then
                PATH=$folder:$PATH
                export PATH
                break
            fi
        done
    fi
    local remedy="Install the .NET SDK $SETUP_DOTNET_MAJOR (https://dotnet.microsoft.com/download) and run this again."
    command -v dotnet >/dev/null || fail "dotnet was not found. $remedy"
    dotnet --list-sdks | grep -q "^$SETUP_DOTNET_MAJOR\." ||
        fail "dotnet has no SDK $SETUP_DOTNET_MAJOR, only: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' '). $remedy"
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
}

# The programs a cluster is made of, all in one folder (a link into that folder is enough).
holds_postgres() {
    local server folder program
    server=$(readlink -f "$1/postgres" 2>/dev/null) || return 1
    folder=${server%/*}
    for program in postgres initdb pg_rewind pg_basebackup; do
        [[ -x $folder/$program ]] || return 1
    done
}

# Looks where ResilientPostgres.Testing will look.
find_postgres() {
    local folder
    if [[ -n ${RESILIENT_POSTGRES_BIN:-} ]]; then
        holds_postgres "$RESILIENT_POSTGRES_BIN"
        return
    fi
    local -a folders
    IFS=: read -ra folders <<<"$PATH"
    if command -v pg_config >/dev/null; then
        folders+=("$(pg_config --bindir)")
    fi
    folders+=(/usr/lib/postgresql/*/bin)
    for folder in "${folders[@]}"; do
        if [[ -n $folder ]] && holds_postgres "$folder"; then
            return 0
        fi
    done
    return 1
}

# Debian starts a server of its own with the package, unless told not to: a machine set up for tests needs none.
install_postgres() {
    local folder=/etc/postgresql-common/createcluster.d
    local file=$folder/zz-no-main-cluster.conf
    say "PostgreSQL's server programs are missing; installing the package postgresql."
    mkdir -p "$folder"
    printf 'create_main_cluster = false\n' >"$file"
    local status=0
    {
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql
    } >&2 || status=$?
    rm -f "$file"
    return "$status"
}

require_postgres() {
    if find_postgres; then
        return
    fi
    if [[ -n ${RESILIENT_POSTGRES_BIN:-} ]]; then
        fail "RESILIENT_POSTGRES_BIN is '$RESILIENT_POSTGRES_BIN', which does not hold postgres, initdb, pg_rewind and pg_basebackup. Correct it or unset it."
    fi
    local remedy="Install it (Debian, Ubuntu: sudo apt-get install postgresql), or name the folder of its programs in RESILIENT_POSTGRES_BIN."
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        fail "No PostgreSQL server was found (postgres, initdb, pg_rewind, pg_basebackup). $remedy"
    fi
    install_postgres || fail "apt-get could not install PostgreSQL; its message stands above. $remedy"
    find_postgres || fail "PostgreSQL was installed, but its programs were not found. $remedy"
}

# Shifts the clock of one server. What needs it is skipped where it can't be had.
try_faketime() {
    if compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        return
    fi
    say "libfaketime is missing; installing the package faketime."
    {
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends faketime
    } >&2 || say "apt-get could not install faketime; what needs it is skipped."
}

# The programs beside PostgreSQL that some tests and benchmarks start, as "program:package".
SETUP_SERVERS=(pgpool:pgpool2 pgbouncer:pgbouncer patroni:patroni etcd:etcd-server)

# Looks where the tests will look, and names the packages of what is not there.
missing_servers() {
    local entry folder found
    local -a folders
    IFS=: read -ra folders <<<"${RESILIENT_POSTGRES_TEST_PROGRAMS:-}:$PATH:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
    for entry in "${SETUP_SERVERS[@]}"; do
        found=
        for folder in "${folders[@]}"; do
            [[ -n $folder && -x $folder/${entry%%:*} ]] && found=yes
        done
        [[ -n $found ]] || printf '%s\n' "${entry##*:}"
    done
}

# Debian starts services with their packages unless a policy forbids it. One that is there already is the machine's own.
install_servers() {
    local policy=/usr/sbin/policy-rc.d own=
    if [[ ! -e $policy ]]; then
        own=yes
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    local status=0
    {
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
    } >&2 || status=$?
    [[ -z $own ]] || rm -f "$policy"
    return "$status"
}

# pgpool, PgBouncer and Patroni with its etcd. What needs one that can't be had is skipped locally and fails in CI.
try_servers() {
    local -a packages
    mapfile -t packages < <(missing_servers)
    if [[ ${#packages[@]} -eq 0 ]]; then
        return
    fi
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        say "Not installed: ${packages[*]}. What needs them is skipped (Debian, Ubuntu: sudo apt-get install ${packages[*]})."
        return
    fi
    say "Installing for tests of poolers and of Patroni: ${packages[*]}."
    install_servers "${packages[@]}" || say "apt-get could not install ${packages[*]}; what needs them is skipped."
}
