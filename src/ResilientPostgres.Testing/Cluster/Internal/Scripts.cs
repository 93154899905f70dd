namespace ResilientPostgres.Testing;

/// <summary>The shell scripts that run as the server user, who alone may own, copy and remove the data directories.</summary>
internal static class Scripts
{
    /// <summary>Starts a program in place of the shell with its output appended to a log: <c>$1</c> log, then the command.</summary>
    internal const string ExecWithLog = """
        log=$1; shift
        exec "$@" </dev/null >>"$log" 2>&1
        """;

    /// <summary>Copies the template <c>$1</c> to each further argument, in parallel.</summary>
    internal const string CopyTemplate = """
        template=$1; shift
        mkdir -p "$(dirname "$1")" || exit 1
        for target in "$@"; do cp -a --reflink=auto "$template" "$target" & done
        wait
        for target in "$@"; do test -f "$target/PG_VERSION" || exit 1; done
        """;

    /// <summary>
    /// Removes the shared memory segments that killed servers left whose data directories are in the folders <c>$@</c>:
    /// the seventh line of <c>postmaster.pid</c> names them.
    /// </summary>
    internal const string ReleaseMemory = """
        for folder in "$@"; do
            for file in $(find "$folder" -maxdepth 3 -name postmaster.pid 2>/dev/null); do
                segment=$(sed -n '7s/^ *[0-9]* *//p' "$file")
                test -z "$segment" || ipcrm -m "$segment" 2>/dev/null
            done
        done

        """;

    /// <summary>Removes the folders <c>$@</c>, and the shared memory of servers that were killed in them.</summary>
    internal const string Remove = ReleaseMemory + """
        rm -rf "$@"
        """;

    /// <summary>
    /// Makes a folder under <c>$1</c>, says its name, waits until its standard input ends (because the owner is gone, however it went)
    /// and then kills every process whose working directory is in that folder, and removes it.
    /// The working directory is a safer mark than a process id, which may have been given to another process since.
    /// </summary>
    internal const string Watchdog = """
        trap '' INT TERM HUP QUIT
        root=$(mktemp -d "$1/resilient-postgres-XXXXXX" 2>/dev/null || mktemp -d /tmp/resilient-postgres-XXXXXX) || exit 1
        cd / || exit 1
        echo "$root"
        while read -r _; do :; done
        exec >/dev/null 2>&1
        quiet=0
        while [ $quiet -lt 2 ]; do
            pids=$(ls -ld /proc/[0-9]*/cwd 2>/dev/null | sed -n "s|^.* /proc/\([0-9]*\)/cwd -> $root.*\$|\1|p")
            if [ -n "$pids" ]; then kill -KILL $pids; quiet=0; else quiet=$((quiet + 1)); fi
            sleep 0.05
        done
        set -- "$root"

        """ + Remove;
}
