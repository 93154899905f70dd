namespace ResilientPostgres.Testing;

/// <summary>What all servers of a cluster share.</summary>
internal sealed record ClusterLayout(PostgresClusterOptions Options, PostgresBinaries Binaries, Workspace Workspace, string Folder)
{
    internal TimeSpan Timeout => Options.OperationTimeout;
}
