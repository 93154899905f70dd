using Npgsql;
using ResilientPostgres.Faults;

namespace ResilientPostgres.Tests.Passwords;

public sealed class PasswordRefusalTests
{
    [Theory]
    [InlineData("28P01", "password authentication failed for user \"app\"", true)]
    [InlineData("28P01", "Passwort-Authentifizierung für Benutzer »app« fehlgeschlagen", true)]
    [InlineData("28000", "PAM authentication failed for user \"app\"", true)]
    [InlineData("28000", "no pg_hba.conf entry for host", false)]
    [InlineData("28000", "role \"app\" is not permitted to log in", false)]
    [InlineData("XX000", "password authentication failed for user \"app\"", true)]
    [InlineData("XX000", "failed to create a backend connection", false)]
    [InlineData("3D000", "database \"app\" does not exist", false)]
    [InlineData("57P03", "the database system is starting up", false)]
    public void Is_AboutThePassword(string state, string text, bool expected) =>
        Assert.Equal(expected, PasswordRefusal.Is(new PostgresException(text, "FATAL", "FATAL", state)));
}
