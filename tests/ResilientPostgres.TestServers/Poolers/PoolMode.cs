namespace ResilientPostgres.TestServers;

/// <summary>When PgBouncer gives a server session to another client.</summary>
public enum PoolMode
{
    Transaction,
    Session,
    Statement,
}
