using Npgsql;

namespace ResilientPostgres.Faults;

/// <summary>Whether a server's answer to a login is about the password, so that another one may do.</summary>
static class PasswordRefusal
{
    const string ByPam = "PAM authentication failed";
    const string ByPgpool = "password authentication failed";

    public static bool Is(PostgresException refusal) => refusal.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword => true,

        // RDS checks its IAM tokens so.
        PostgresErrorCodes.InvalidAuthorizationSpecification => refusal.MessageText.StartsWith(ByPam, StringComparison.Ordinal),
        PostgresErrorCodes.InternalError => refusal.MessageText.StartsWith(ByPgpool, StringComparison.Ordinal),
        _ => false,
    };
}
