using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Control;

/// <summary>What Npgsql asks when it connects: the types there are. No connection string has to switch that off.</summary>
internal static class DriverRules
{
    static readonly IReadOnlyList<Column> _typeColumns = Texts("nspname", "oid", "typname", "typtype", "typnotnull", "elemtypoid");

    static readonly IReadOnlyList<object?[]> _types = [.. PostgresTypes.All.OrderBy(Order).Select(static t => new object?[]
    {
        "pg_catalog", Number(t), t.Name, t.Kind.ToString(), "f", t.Element is null ? null : Number(t.Element),
    })];

    internal static ControlRule[] All { get; } =
    [
        ControlRule.Rows(
            static text => text.StartsWith("SELECT ns.nspname, t.oid, t.typname, t.typtype, t.typnotnull, t.elemtypoid", StringComparison.Ordinal), _typeColumns, static (_, _) => _types),
        ControlRule.Rows(
            static text => text.StartsWith("SELECT typ.oid, att.attname, att.atttypid FROM pg_type", StringComparison.Ordinal), Texts("oid", "attname", "atttypid"), static (_, _) => []),
        ControlRule.Rows(static text => text.StartsWith("SELECT typ.oid, enumlabel FROM pg_enum", StringComparison.Ordinal), Texts("oid", "enumlabel"), static (_, _) => []),
    ];

    /// <summary>What something is made of stands before it.</summary>
    static int Order(PostgresType type) => type.Kind switch
    {
        'r' => 2,
        'm' => 3,
        'a' => 5,
        _ => 0,
    };

    static string Number(PostgresType type) => type.Oid.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>It is a simple query, and so answered as text whatever the types are.</summary>
    static IReadOnlyList<Column> Texts(params string[] names) => [.. names.Select(static n => new Column(n, PostgresTypes.Text))];
}
