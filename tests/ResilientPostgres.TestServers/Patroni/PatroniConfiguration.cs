using System.Globalization;
using System.Text.Json;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>Patroni's configuration: what all members share, in etcd, and a file for each. JSON is YAML.</summary>
static class PatroniConfiguration
{
    internal const string Scope = "test";
    internal const string Namespace = "/service/";

    internal static string Shared(PatroniClusterOptions options) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["ttl"] = Seconds(options.TimeToLive),
        ["loop_wait"] = Seconds(options.LoopWait),
        ["retry_timeout"] = Seconds(options.RetryTimeout),
        ["maximum_lag_on_failover"] = 1 << 30,
        ["synchronous_mode"] = options.Synchronous,
        ["postgresql"] = new Dictionary<string, object>
        {
            ["use_pg_rewind"] = true,
            ["use_slots"] = false,
            ["parameters"] = new Dictionary<string, object> { ["max_connections"] = 300, ["max_wal_senders"] = 20, ["max_replication_slots"] = 20 },
        },
    });

    internal static string Of(PatroniMember member, PatroniClusterOptions options, PostgresBinaries binaries, int etcdPort, CertificateFiles? certificate)
    {
        var tags = options.Tags.TryGetValue(member.Name, out var given) ? given : new PatroniTags();
        var rest = new Dictionary<string, object>
        {
            ["listen"] = $"{member.Host}:{member.RestPort}",
            ["connect_address"] = $"{member.Host}:{member.RestPort}",
        };
        if (certificate is not null)
        {
            rest["certfile"] = certificate.Certificate;
            rest["keyfile"] = certificate.Key;
        }

        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["scope"] = Scope,
            ["namespace"] = Namespace,
            ["name"] = member.Name,
            ["restapi"] = rest,
            ["ctl"] = new Dictionary<string, object> { ["insecure"] = true },
            ["etcd3"] = new Dictionary<string, object> { ["host"] = string.Create(CultureInfo.InvariantCulture, $"{member.Host}:{etcdPort}") },
            ["postgresql"] = Postgres(member, options, binaries),
            ["tags"] = new Dictionary<string, object>
            {
                ["nofailover"] = tags.NoFailover,
                ["noloadbalance"] = tags.NoLoadBalance,
                ["clonefrom"] = tags.CloneFrom,
            },
        });
    }

    static Dictionary<string, object> Postgres(PatroniMember member, PatroniClusterOptions options, PostgresBinaries binaries)
    {
        var superuser = new Dictionary<string, object> { ["username"] = PostgresServer.Superuser };
        return new Dictionary<string, object>
        {
            ["listen"] = $"{member.Host}:{member.Port}",
            ["connect_address"] = $"{member.Host}:{member.Port}",
            ["data_dir"] = member.DataDirectory,
            ["bin_dir"] = binaries.Directory,
            ["pgpass"] = member.DataDirectory + ".pgpass",
            ["authentication"] = new Dictionary<string, object>
            {
                ["superuser"] = superuser,
                ["replication"] = superuser,
                ["rewind"] = superuser,
            },
            ["pg_hba"] = new[] { "host all all 127.0.0.0/8 trust", "host replication all 127.0.0.0/8 trust" },
            ["parameters"] = Parameters(options),
        };
    }

    static Dictionary<string, string> Parameters(PatroniClusterOptions options)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["unix_socket_directories"] = "",
            ["shared_buffers"] = "16MB",
            ["dynamic_shared_memory_type"] = "mmap",
            ["fsync"] = "off",

            // pg_rewind insists on it.
            ["full_page_writes"] = "on",
            ["autovacuum"] = "off",
            ["wal_keep_size"] = "256MB",
            ["checkpoint_timeout"] = "1h",
            ["wal_retrieve_retry_interval"] = "100ms",
            ["log_min_messages"] = "warning",
        };
        foreach (var (name, value) in options.Settings)
        {
            parameters[name] = value;
        }

        return parameters;
    }

    static int Seconds(TimeSpan time) => (int)time.TotalSeconds;
}
