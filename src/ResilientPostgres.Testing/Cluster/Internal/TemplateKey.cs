namespace ResilientPostgres.Testing;

/// <summary>All that the content of a fresh data directory depends on.</summary>
internal sealed record TemplateKey(PostgresBinaries Binaries, int Servers, string Database, string Username, string? Password);
