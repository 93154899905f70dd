namespace ResilientPostgres.Testing.Sessions;

/// <summary>The connection ends here without a word, as the test wants it.</summary>
internal sealed class ConnectionLostException : Exception;
