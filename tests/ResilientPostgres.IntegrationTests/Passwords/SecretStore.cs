using System.Collections.Concurrent;
using Npgsql;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Passwords;

/// <summary>A secret that changes, and who asked for it.</summary>
sealed class SecretStore
{
    internal const string First = "first";

    internal ConcurrentQueue<PasswordRequest> Requests { get; } = new();

    internal string Secret { get; set; } = First;

    /// <summary>How often the provider was asked because this server had refused a password.</summary>
    internal int RenewalsOf(PostgresServer server) => Requests.Count(r => r.WasRefused && r.Endpoint.Port == server.Port);

    internal async ValueTask<string> ProvideAsync(PasswordRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        await Task.Delay(20, cancellationToken);
        return Secret;
    }

    /// <summary>The secret first, then the role. The superuser keeps its password.</summary>
    internal async Task RotateAsync(PostgresCluster cluster, string next)
    {
        Secret = next;
        await Sql.ExecuteAsync(cluster.Primary, $"ALTER ROLE app PASSWORD '{next}'");
    }

    /// <summary>The cluster's connection string, without the password. With Prefer, its default for both, Npgsql itself would try each refused login twice.</summary>
    internal static string Without(PostgresCluster cluster)
    {
        var text = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable };
        text.Remove("Password");
        return text.ConnectionString;
    }

    internal static Task<PostgresCluster> StartClusterAsync(int standbys) =>
        RequirePostgres.StartClusterAsync(o => (o.Standbys, o.Password) = (standbys, First));

    internal static int RefusedLogins(PostgresServer server) =>
        File.ReadLines(server.LogFile).Count(static l => l.Contains("password authentication failed", StringComparison.Ordinal));
}
