using System.Globalization;
using System.Text;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>The text of <c>pgpool.conf</c>.</summary>
static class PgpoolConfiguration
{
    internal static string Of(
        PgpoolOptions options, ServerFolder folder, int port, int controlPort, IReadOnlyList<Backend> backends, string? failoverCommand, CertificateFiles? certificate)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["backend_clustering_mode"] = "streaming_replication",
            ["listen_addresses"] = PostgresServer.Loopback,
            ["port"] = Number(port),
            ["pcp_listen_addresses"] = PostgresServer.Loopback,
            ["pcp_port"] = Number(controlPort),
            ["socket_dir"] = folder.Root,
            ["pcp_socket_dir"] = folder.Root,
            ["wd_ipc_socket_dir"] = folder.Root,
            ["pid_file_name"] = folder.PathOf("pgpool.own.pid"),
            ["logdir"] = folder.Root,
            ["log_min_messages"] = "warning",
            ["enable_pool_hba"] = "off",
            ["pool_passwd"] = folder.PathOf("pool_passwd"),
            ["num_init_children"] = Number(options.Children),
            ["reserved_connections"] = Number(options.ReservedConnections),
            ["max_pool"] = Number(options.PoolsPerChild),
            ["load_balance_mode"] = Switch(options.LoadBalance),
            ["statement_level_load_balance"] = Switch(options.BalancesStatements),
            ["failover_on_backend_error"] = Switch(options.FailoverOnBackendError),
            ["failover_on_backend_shutdown"] = Switch(options.FailoverOnBackendShutdown),
            ["health_check_period"] = Seconds(options.HealthCheckPeriod),
            ["health_check_timeout"] = "2",
            ["health_check_user"] = PostgresServer.Superuser,
            ["health_check_database"] = PostgresServer.MaintenanceDatabase,
            ["sr_check_period"] = Seconds(options.StreamingCheckPeriod),
            ["sr_check_user"] = PostgresServer.Superuser,
            ["sr_check_database"] = PostgresServer.MaintenanceDatabase,
            ["delay_threshold"] = Number(options.DelayThreshold),
            ["search_primary_node_timeout"] = Seconds(options.SearchPrimaryTimeout),

            // It is made for the catalog's entries, and 128 MB if nothing is said.
            ["memqcache_total_size"] = "4MB",
            ["memqcache_max_num_cache"] = "1000",
            ["failover_command"] = failoverCommand ?? "",
        };
        AddBackends(settings, backends);
        if (certificate is not null)
        {
            settings["ssl"] = "on";
            settings["ssl_cert"] = certificate.Certificate;
            settings["ssl_key"] = certificate.Key;
        }

        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        var text = new StringBuilder();
        foreach (var (name, value) in settings)
        {
            text.Append(name).Append(" = ").Append(ServerConfiguration.Quoted(value)).Append('\n');
        }

        return text.ToString();
    }

    static void AddBackends(Dictionary<string, string> settings, IReadOnlyList<Backend> backends)
    {
        for (var number = 0; number < backends.Count; number++)
        {
            settings["backend_hostname" + Number(number)] = backends[number].Host;
            settings["backend_port" + Number(number)] = Number(backends[number].Port);
            settings["backend_weight" + Number(number)] = "1";
            settings["backend_flag" + Number(number)] = "ALLOW_TO_FAILOVER";
        }
    }

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    static string Seconds(TimeSpan time) => Number((long)time.TotalSeconds);

    static string Switch(bool isOn) => isOn ? "on" : "off";
}
