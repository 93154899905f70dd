namespace ResilientPostgres.Faults;

/// <summary>A login that was not tried for want of a password. Npgsql wraps it.</summary>
sealed class PasswordUnavailableException(string message, bool isRefused, Exception? inner) : Exception(message, inner)
{
    /// <summary>There is one, which the server has refused; otherwise the provider gave none.</summary>
    public bool IsRefused => isRefused;
}
