using ResilientPostgres.Testing;

namespace ResilientPostgres.TestServers;

/// <summary>A server behind a pooler.</summary>
public sealed record Backend(string Host, int Port)
{
    public static Backend Of(PostgresServer server) => new(server.Host, server.Port);

    public static Backend Of(PatroniMember member) => new(member.Host, member.Port);
}
