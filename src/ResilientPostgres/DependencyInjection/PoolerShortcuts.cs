namespace ResilientPostgres.DependencyInjection;

/// <summary>What both builders do to the options. Where one pooler stands behind another, both are said.</summary>
static class PoolerShortcuts
{
    public static void UsePgpool(this ResilientPostgresOptions options, string? backends)
    {
        options.Pooler |= PoolerKinds.Pgpool;
        options.Backends = backends ?? options.Backends;
    }

    public static PoolerKinds KindOf(PgBouncerMode mode) => mode switch
    {
        PgBouncerMode.Session => PoolerKinds.PgBouncerSession,
        PgBouncerMode.Transaction => PoolerKinds.PgBouncerTransaction,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "There are Session and Transaction; a PgBouncer in statement mode is of no use here, for no transaction can be begun through it."),
    };
}
