using System.Globalization;
using System.Text;

namespace ResilientPostgres.Testing;

/// <summary>
/// One server's configuration file. It stands outside the data directory, where neither a copy of another server
/// nor <c>pg_rewind</c> overwrites it.
/// </summary>
internal sealed class ServerConfiguration(ClusterLayout layout, string name, string host, int port, IReadOnlyList<string> otherNames)
{
    const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    readonly PostgresClusterOptions _options = layout.Options;
    readonly Lock _gate = new();

    internal string Path { get; } = System.IO.Path.Combine(layout.Folder, name + ".conf");

    /// <summary>The server to stream from; null for none.</summary>
    internal (string Host, int Port)? Upstream { get; set; }

    /// <summary>Whether the server is cut off from the one it streams from.</summary>
    internal bool IsDisconnected { get; set; }

    internal TimeSpan ReplayDelay { get; set; }

    internal bool IsReadOnly { get; set; }

    /// <summary>Who may connect, for all servers of a cluster.</summary>
    internal static void WriteAuthentication(PostgresClusterOptions options, string folder)
    {
        var method = options.Password is null ? "trust" : "scram-sha-256";
        var everyone = options.RequireTls ? "hostssl" : "host";
        string[] rules =
        [
            $"host all {PostgresServer.Superuser} 127.0.0.0/8 {method}",
            $"host replication {PostgresServer.Superuser} 127.0.0.0/8 {method}",
            $"{everyone} all all 127.0.0.0/8 {method}",
            $"{everyone} replication all 127.0.0.0/8 {method}",
        ];
        Replace(AuthenticationFile(folder), string.Join('\n', rules) + "\n");
    }

    /// <summary>Writes the file anew. The server reads it when it starts or gets SIGHUP.</summary>
    internal void Write()
    {
        lock (_gate)
        {
            var text = new StringBuilder();
            foreach (var (setting, value) in Settings().Concat(_options.Settings))
            {
                text.Append(setting).Append(" = ").Append(Quoted(value)).Append('\n');
            }

            Replace(Path, text.ToString());
        }
    }

    IEnumerable<KeyValuePair<string, string>> Settings()
    {
        yield return new("cluster_name", name);
        yield return new("listen_addresses", host);
        yield return new("port", port.ToString(CultureInfo.InvariantCulture));
        yield return new("unix_socket_directories", "");
        yield return new("hba_file", AuthenticationFile(layout.Folder));
        yield return new("max_connections", _options.MaxConnections.ToString(CultureInfo.InvariantCulture));
        yield return new("shared_buffers", "16MB");
        // Segments in /dev/shm would outlive a killed server; files in the data directory go with it.
        yield return new("dynamic_shared_memory_type", "mmap");
        yield return new("fsync", "off");
        yield return new("full_page_writes", "off");
        yield return new("autovacuum", _options.Autovacuum ? "on" : "off");
        yield return new("log_min_messages", "warning");
        yield return new("log_line_prefix", "%m [%p] %a ");
        yield return new("default_transaction_read_only", IsReadOnly ? "on" : "off");
        foreach (var setting in ReplicationSettings().Concat(TlsSettings()))
        {
            yield return setting;
        }
    }

    IEnumerable<KeyValuePair<string, string>> ReplicationSettings()
    {
        var isSynchronous = _options.SynchronousReplication && otherNames.Count > 0;
        var delay = (long)ReplayDelay.TotalMilliseconds;
        yield return new("wal_level", _options.LogicalReplication ? "logical" : "replica");
        yield return new("wal_log_hints", "on");
        yield return new("wal_keep_size", "256MB");
        yield return new("max_wal_senders", "64");
        yield return new("max_replication_slots", "64");
        yield return new("max_slot_wal_keep_size", "1GB");
        yield return new("checkpoint_timeout", "1h");
        yield return new("hot_standby", "on");
        yield return new("wal_retrieve_retry_interval", "100ms");
        yield return new("wal_receiver_status_interval", "1s");
        yield return new("recovery_target_timeline", "latest");
        yield return new("recovery_min_apply_delay", delay.ToString(CultureInfo.InvariantCulture) + "ms");
        yield return new("synchronous_standby_names", isSynchronous ? $"ANY 1 ({string.Join(", ", otherNames)})" : "");
        yield return new("primary_slot_name", name);
        yield return new("primary_conninfo", PrimaryConnection());
    }

    IEnumerable<KeyValuePair<string, string>> TlsSettings()
    {
        if (_options.Certificates.Count > 0)
        {
            var files = new CertificateFiles(layout.Folder, name);
            yield return new("ssl", "on");
            yield return new("ssl_cert_file", files.Certificate);
            yield return new("ssl_key_file", files.Key);
        }
    }

    string PrimaryConnection()
    {
        if (Upstream is not { } upstream || IsDisconnected)
        {
            return "";
        }

        var password = _options.Password is null ? "" : " password=" + Quoted(_options.Password);
        return $"host={upstream.Host} port={upstream.Port} user={PostgresServer.Superuser} application_name={name} " +
            $"connect_timeout=5 sslmode=disable gssencmode=disable{password}";
    }

    /// <summary>Quotes a value for a configuration file, or for a connection string: the rules are the same.</summary>
    internal static string Quoted(string value) =>
        "'" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";

    static string AuthenticationFile(string folder) => System.IO.Path.Combine(folder, "pg_hba.conf");

    /// <summary>A server must never read half a file.</summary>
    static void Replace(string path, string content)
    {
        var draft = path + ".new";
        File.WriteAllText(draft, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(draft, Readable);
        }

        File.Move(draft, path, overwrite: true);
    }
}
