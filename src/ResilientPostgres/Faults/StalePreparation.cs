using Npgsql;

namespace ResilientPostgres.Faults;

/// <summary>Whether a statement failed for what the driver had prepared: the same text, prepared anew, would do. Nothing of it was done.</summary>
static class StalePreparation
{
    public static bool Is(in Fault fault, Exception exception) => fault.Repeat == Repeat.Once
        && exception is PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.InvalidSqlStatementName };
}
