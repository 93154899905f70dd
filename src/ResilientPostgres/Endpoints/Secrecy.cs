namespace ResilientPostgres.Endpoints;

/// <summary>What of the user's settings may stand in a message, and so in a log.</summary>
static class Secrecy
{
    /// <summary>The value in quotes, unless it looks like a connection string or a part of one: whoever forgot a semicolon, or took the wrong key, may have written a password into it.</summary>
    public static string Quote(string? value) => MayHoldPassword(value) ? "(not shown, for it may hold a password)" : $"'{value}'";

    /// <summary>Neither a host nor a value of most other keys has these signs.</summary>
    public static bool MayHoldPassword(string? value) => value.AsSpan().ContainsAny('=', ';', '@');

    /// <summary>Whether a key of a connection string is one whose value is never shown, whichever way it is written.</summary>
    public static bool IsSecret(string key) =>
        key.Contains("pass", StringComparison.OrdinalIgnoreCase) || key.Equals("pwd", StringComparison.OrdinalIgnoreCase) || key.Equals("psw", StringComparison.OrdinalIgnoreCase);
}
