using System.Globalization;
using System.Text;
using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>The text of <c>pgbouncer.ini</c>.</summary>
static class PgBouncerConfiguration
{
    internal static string Of(
        PgBouncerOptions options, ServerFolder folder, int port, IReadOnlyDictionary<string, Backend> databases, CertificateFiles? certificate)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addr"] = PostgresServer.Loopback,
            ["listen_port"] = Number(port),
            ["unix_socket_dir"] = "",
            ["auth_type"] = "trust",
            ["auth_file"] = folder.PathOf("users.txt"),
            ["admin_users"] = PostgresServer.Superuser,
            ["pool_mode"] = options.Mode.ToString().ToLowerInvariant(),
            ["max_client_conn"] = Number(options.MaxClients),
            ["default_pool_size"] = Number(options.PoolSize),
            ["query_wait_timeout"] = Seconds(options.QueryWaitTimeout),
            ["server_login_retry"] = Seconds(options.ServerLoginRetry),
        };
        if (certificate is not null)
        {
            settings["client_tls_sslmode"] = "allow";
            settings["client_tls_cert_file"] = certificate.Certificate;
            settings["client_tls_key_file"] = certificate.Key;
        }

        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        var text = new StringBuilder("[databases]\n");
        foreach (var (name, backend) in databases)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} = host={backend.Host} port={backend.Port} dbname=app\n");
        }

        text.Append("[pgbouncer]\n");
        foreach (var (name, value) in settings)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} = {value}\n");
        }

        return text.ToString();
    }

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    static string Seconds(TimeSpan time) => Number((int)time.TotalSeconds);
}
