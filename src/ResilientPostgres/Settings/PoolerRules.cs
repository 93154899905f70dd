using ResilientPostgres.Endpoints;
using ResilientPostgres.Options;

namespace ResilientPostgres.Settings;

/// <summary>What is said of a pooler, and what can't be had behind it.</summary>
static class PoolerRules
{
    const PoolerKinds Both = PoolerKinds.PgBouncerSession | PoolerKinds.PgBouncerTransaction;

    public static void Check(ResilientPostgresOptions options, ConnectionStringParts parts, List<string> failures)
    {
        if ((options.Pooler & ~(PoolerKinds.Pgpool | Both)) != 0)
        {
            failures.Add($"Pooler is {options.Pooler:D}; it must be None, or one or more of {string.Join(", ", Enum.GetNames<PoolerKinds>().Skip(1))}.");
        }

        if ((options.Pooler & Both) == Both)
        {
            failures.Add($"Pooler is {options.Pooler}: a PgBouncer's pool_mode is one of the two. Of two PgBouncers in a row the one in transaction mode counts.");
        }

        var isPgpool = (options.Pooler & PoolerKinds.Pgpool) != 0;
        CheckBackends(options, parts, isPgpool, failures);
        var preference = options.ReadPreference ?? parts.ReadPreference;
        if (isPgpool && preference == ReadPreference.Standby && string.IsNullOrWhiteSpace(options.Backends))
        {
            failures.Add($"ReadPreference is {preference} and Pooler {options.Pooler}: through pgpool no standby is to be seen. Use PreferStandby and let pgpool split the reads, or name the servers behind it in Backends.");
        }
    }

    static void CheckBackends(ResilientPostgresOptions options, ConnectionStringParts parts, bool isPgpool, List<string> failures)
    {
        if (string.IsNullOrWhiteSpace(options.Backends))
        {
            return;
        }

        if (!isPgpool)
        {
            failures.Add($"Backends is {Secrecy.Quote(options.Backends)} and Pooler {options.Pooler}: only behind Pgpool are there servers beside the endpoints. Set Pooler, or list the servers in the connection string's Host.");
        }

        foreach (var backend in HostList.Parse(options.Backends, Defaults.Port, failures, "Backends"))
        {
            if (parts.Endpoints.Contains(backend))
            {
                failures.Add($"Backends has {backend.Name}, which the connection string's Host lists too. Host lists the pgpools, Backends the servers behind them.");
            }
        }
    }
}
