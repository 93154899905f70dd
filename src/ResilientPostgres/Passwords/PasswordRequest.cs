namespace ResilientPostgres;

/// <summary>What a password provider is asked for.</summary>
/// <param name="Endpoint">The server to log in to.</param>
/// <param name="Username">The role; null where the connection string names none and Npgsql finds it by itself.</param>
/// <param name="WasRefused">The server refused the password given last: one that the provider keeps itself will not do.</param>
public sealed record PasswordRequest(Endpoint Endpoint, string? Username, bool WasRefused);
