using System.Collections.Concurrent;

namespace ResilientPostgres.Passwords;

/// <summary>The passwords of one cluster. Each server has its own: a standby replays a changed one later than the primary takes it.</summary>
sealed class PasswordBook(PasswordSupply supply)
{
    readonly ConcurrentDictionary<(Endpoint Endpoint, string? Username), EndpointPassword> _passwords = new();

    public EndpointPassword For(Endpoint endpoint, string? username) =>
        _passwords.GetOrAdd((endpoint, username), static (key, supply) => new EndpointPassword(key.Endpoint, key.Username, supply), supply);
}
