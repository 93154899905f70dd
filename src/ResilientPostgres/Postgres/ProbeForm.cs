using Npgsql;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Postgres;

/// <summary>A probe's statement, and how its row is read.</summary>
sealed record ProbeForm(string Text, Func<NpgsqlDataReader, ServerFacts> Read)
{
    public static readonly ProbeForm Ordinary = new(ProbeStatement.Text, ProbeStatement.Read);

    public static readonly ProbeForm Aurora = new(AuroraProbeStatement.Text, AuroraProbeStatement.Read);

    /// <summary>Where the control file can't be read either: then other clusters are not recognised as such.</summary>
    public static readonly ProbeForm AuroraNameless = new(AuroraProbeStatement.TextWithoutIdentifier, AuroraProbeStatement.Read);
}
