namespace ResilientPostgres.Testing;

/// <summary>The files by whose existence a server is told its role.</summary>
internal static class StandbySignal
{
    /// <summary>Makes the server start as a standby.</summary>
    internal static void Write(PostgresServer server) => File.WriteAllText(Path.Combine(server.DataDirectory, "standby.signal"), "");

    /// <summary>Asks a running standby to become primary, as <c>pg_promote()</c> does, but without a session.</summary>
    internal static void Promote(PostgresServer server)
    {
        File.WriteAllText(Path.Combine(server.DataDirectory, "promote"), "");
        server.Process.Send(Signal.User1);
    }
}
