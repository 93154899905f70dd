using System.Collections.Immutable;
using Npgsql;

namespace ResilientPostgres.Settings;

/// <summary>What stands between, frozen into what follows from it.</summary>
/// <param name="Kinds">What stands between.</param>
/// <param name="HasBackends">The servers behind it are known, and reads are split here.</param>
sealed record PoolerSettings(PoolerKinds Kinds, bool HasBackends)
{
    public static readonly PoolerSettings None = new(PoolerKinds.None, false);

    /// <summary>Several endpoints may be one server.</summary>
    public bool IsAny => Kinds != PoolerKinds.None;

    /// <summary>A read may be answered by a server that we don't know, unless it is forced to the primary.</summary>
    public bool IsPgpool => (Kinds & PoolerKinds.Pgpool) != 0;

    /// <summary>Two transactions of one session may run on two server sessions.</summary>
    public bool IsTransactional => (Kinds & PoolerKinds.PgBouncerTransaction) != 0;

    public bool IsPgBouncer => (Kinds & (PoolerKinds.PgBouncerTransaction | PoolerKinds.PgBouncerSession)) != 0;

    public static PoolerSettings Freeze(ResilientPostgresOptions options) =>
        options.Pooler == PoolerKinds.None ? None : new PoolerSettings(options.Pooler, !string.IsNullOrWhiteSpace(options.Backends));

    /// <summary>What of the connection string such a pooler does not pass on.</summary>
    public ImmutableArray<string> Notices(string connectionString)
    {
        if (!IsPgBouncer)
        {
            return [];
        }

        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        var notices = ImmutableArray.CreateBuilder<string>();
        foreach (var (key, parameter, value) in ((string, string, string?)[])[("Search Path", "search_path", builder.SearchPath), ("Options", "options", builder.Options)])
        {
            if (!string.IsNullOrEmpty(value))
            {
                notices.Add($"{key} = {value} is refused by PgBouncer ({parameter}), or ignored where ignore_startup_parameters lists it: set it for the role (ALTER ROLE … SET), or have track_extra_parameters list it");
            }
        }

        return notices.ToImmutable();
    }
}
