using System.Globalization;
using Npgsql;

namespace ResilientPostgres.Testing;

/// <summary>One real server of a <see cref="PostgresCluster"/>.</summary>
public sealed class PostgresServer
{
    internal const string Loopback = "127.0.0.1";
    internal const string Superuser = "postgres";
    internal const string MaintenanceDatabase = "postgres";

    internal PostgresServer(ClusterLayout layout, int number, int port)
    {
        var addresses = layout.Options.Addresses;
        Name = NameOf(number);
        Host = addresses.Count == 0 ? Loopback : addresses[number - 1];
        Port = port;
        DataDirectory = Path.Combine(layout.Folder, Name);
        LogFile = DataDirectory + ".log";
        var others = Enumerable.Range(1, layout.Options.Standbys + 1).Where(other => other != number).Select(NameOf);
        Configuration = new ServerConfiguration(layout, Name, Host, Port, [.. others]);
        Process = new ServerProcess(layout.Binaries, DataDirectory, Configuration.Path, LogFile);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = Host,
            Port = Port,
            Database = MaintenanceDatabase,
            Username = Superuser,
            Password = layout.Options.Password,
        }.ConnectionString;
        Source = ServerSql.CreateSource(ConnectionString);
    }

    /// <summary>The server's name: <c>pg1</c>, <c>pg2</c> … It is also its <c>cluster_name</c> and its name as a standby.</summary>
    public string Name { get; }

    /// <summary>The loopback address the server listens on: <c>127.0.0.1</c>, or its own of <see cref="PostgresClusterOptions.Addresses"/>.</summary>
    public string Host { get; }

    /// <summary>The TCP port. It stays the same over restarts, and is that of all servers with <see cref="PostgresClusterOptions.Addresses"/>.</summary>
    public int Port { get; }

    /// <summary>Connects to this server alone, as the superuser <c>postgres</c>, to the database <c>postgres</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>The postmaster's process id; after it has ended, the last one; 0 before the first start.</summary>
    public int ProcessId => Process.Id;

    /// <summary>Whether the postmaster exists. A frozen server is running.</summary>
    public bool IsRunning => Process.IsRunning;

    /// <summary>Whether <see cref="PostgresCluster.FreezeAsync"/> stopped the server's processes.</summary>
    public bool IsFrozen => Process.IsFrozen;

    /// <summary>The server's data directory.</summary>
    public string DataDirectory { get; }

    /// <summary>The file the server logs to. It is removed with the cluster.</summary>
    public string LogFile { get; }

    /// <summary>More environment variables of the server's processes, or others than they would have. They hold from its next start on.</summary>
    /// <value>Empty at first.</value>
    public IDictionary<string, string> Environment => Process.Environment;

    internal ServerConfiguration Configuration { get; }

    internal ServerProcess Process { get; }

    /// <summary>The harness's own sessions.</summary>
    internal NpgsqlDataSource Source { get; }

    /// <summary>The server this one streams from; null for a primary and for one that was replaced as primary.</summary>
    internal PostgresServer? Upstream { get; private set; }

    internal bool CanAnswer => IsRunning && !IsFrozen;

    /// <summary>Returns the name and the address.</summary>
    /// <returns>For example <c>pg1 (127.0.0.1:15432)</c>.</returns>
    public override string ToString() => $"{Name} ({Host}:{Port})";

    internal static string NameOf(int number) => "pg" + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Points this server at another one, or at none, with effect at once if it is running.</summary>
    internal void Follow(PostgresServer? upstream)
    {
        Upstream = upstream;
        Configuration.Upstream = upstream is null ? null : (upstream.Host, upstream.Port);
        Reconfigure();
    }

    internal void Reconfigure()
    {
        Configuration.Write();
        Process.Send(Signal.Hangup);
    }
}
