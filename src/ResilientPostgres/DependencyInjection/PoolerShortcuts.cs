namespace ResilientPostgres.DependencyInjection;

/// <summary>What both builders do to the options. Where one pooler stands behind another, both are said.</summary>
static class PoolerShortcuts
{
    public static void UsePgpool(this ResilientPostgresOptions options, string? backends)
    {
        options.Pooler |= PoolerKinds.Pgpool;
        options.Backends = backends ?? options.Backends;
    }

    public static void UsePgBouncer(this ResilientPostgresOptions options, PgBouncerMode mode) =>
        options.Pooler |= mode == PgBouncerMode.Session ? PoolerKinds.PgBouncerSession : PoolerKinds.PgBouncerTransaction;
}
