using System.Globalization;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>One Patroni with the PostgreSQL it runs.</summary>
public sealed class PatroniMember
{
    readonly bool _hasTls;

    internal PatroniMember(ServerFolder folder, int number, bool hasTls)
    {
        _hasTls = hasTls;
        Name = PostgresServer.NameOf(number);
        DataDirectory = folder.PathOf(Name);
        Program = new ServerProgram(folder, "patroni-" + Name);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = Host,
            Port = Port,
            Username = PostgresServer.Superuser,
            Database = PostgresServer.MaintenanceDatabase,
        }.ConnectionString;
        Source = ServerSql.CreateSource(ConnectionString);
    }

    /// <summary><c>pg1</c>, <c>pg2</c> ….</summary>
    public string Name { get; }

    public string Host => PostgresServer.Loopback;

    public int Port { get; } = LoopbackPorts.Reserve();

    public int RestPort { get; } = LoopbackPorts.Reserve();

    public Uri RestUrl => new($"{(_hasTls ? "https" : "http")}://{Host}:{RestPort}/");

    /// <summary>Patroni's process id.</summary>
    public int ProcessId => Program.Id;

    /// <summary>The postmaster's process id, if there is one.</summary>
    public int? PostmasterId => FindPostmaster();

    public bool IsRunning => Program.IsRunning;

    /// <summary>What Patroni and PostgreSQL say.</summary>
    public string LogFile => Program.LogFile;

    /// <summary>As the superuser.</summary>
    public string ConnectionString { get; }

    internal string DataDirectory { get; }

    internal ServerProgram Program { get; }

    internal NpgsqlDataSource Source { get; }

    public override string ToString() => $"{Name} ({Host}:{Port})";

    /// <summary>The whole server dies at once: Patroni can't say goodbye, and PostgreSQL neither.</summary>
    internal async Task KillAsync(CancellationToken cancellationToken)
    {
        await Program.KillAsync(cancellationToken);
        if (FindPostmaster() is not { } postmaster)
        {
            return;
        }

        Signal.Send(postmaster, Signal.Stop);
        var children = ProcessTable.ChildrenOf(postmaster);
        Signal.Send(postmaster, Signal.Kill);
        children.ForEach(child => Signal.Send(child.Identity.Id, Signal.Kill));
        await Poll.UntilAsync(() => FindPostmaster() is null && !children.Exists(child => child.Identity.IsAlive), TimeSpan.FromSeconds(5), cancellationToken);
    }

    /// <summary>The file may be of a server that has gone, and its id of any other process: the working directory tells.</summary>
    int? FindPostmaster()
    {
        try
        {
            var id = int.Parse(File.ReadLines(Path.Combine(DataDirectory, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
            var isAlive = ProcessTable.Read(id) is { IsZombie: false };
            return isAlive && new DirectoryInfo($"/proc/{id}/cwd").LinkTarget == DataDirectory ? id : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
