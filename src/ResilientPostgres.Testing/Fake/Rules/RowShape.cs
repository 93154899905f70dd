using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Rules;

/// <summary>How objects of a type become rows: a value is one column, a tuple one for each item, any other object one for each property.</summary>
internal sealed class RowShape
{
    const DynamicallyAccessedMemberTypes Members = DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicFields;

    readonly Func<object?, object?[]> _read;

    RowShape(IReadOnlyList<Column> columns, Func<object?, object?[]> read) => (Columns, _read) = (columns, read);

    internal IReadOnlyList<Column> Columns { get; }

    internal object?[] Read(object? row) => _read(row);

    /// <param name="names">The columns' names; null for the properties' own.</param>
    /// <param name="sample">Rows that tell the type of a member that is merely an object.</param>
    internal static RowShape Of<[DynamicallyAccessedMembers(Members)] T>(IReadOnlyList<string>? names, IReadOnlyList<T> sample)
    {
        if (ClrTypes.Find(typeof(T)) is { } type)
        {
            return new RowShape([new Column(Name(names, 0, "?column?", 1), type)], static row => [row]);
        }

        var members = MembersOf<T>();
        var columns = members.Select((m, i) => new Column(Name(names, i, m.Name, members.Length), TypeOf(m, sample))).ToArray();
        return new RowShape(columns, row => row is null ? new object?[members.Length] : Array.ConvertAll(members, m => m.Get(row)));
    }

    internal static (IReadOnlyList<Column> Columns, IReadOnlyList<object?[]> Rows) Of(DbDataReader reader)
    {
        var columns = Enumerable.Range(0, reader.FieldCount)
            .Select(i => new Column(reader.GetName(i), ClrTypes.Find(reader.GetFieldType(i)) ?? throw Unknown(reader.GetName(i), reader.GetFieldType(i)))).ToArray();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object[columns.Length];
            reader.GetValues(row);
            rows.Add(Array.ConvertAll(row, static v => v is DBNull ? null : (object?)v));
        }

        return (columns, rows);
    }

    internal static IReadOnlyList<Column> Of(IReadOnlyList<string> names, IReadOnlyList<object?[]> rows) => [.. names.Select((name, i) =>
    {
        var value = rows.Select(r => r[i]).FirstOrDefault(static v => v is not null);
        return new Column(name, value is null ? PostgresTypes.Text : ClrTypes.Find(value.GetType()) ?? throw Unknown(name, value.GetType()));
    })];

    static (string Name, Type Type, Func<object, object?> Get)[] MembersOf<[DynamicallyAccessedMembers(Members)] T>()
    {
        var isTuple = typeof(T).IsValueType && typeof(ITuple).IsAssignableFrom(typeof(T));
        var members = isTuple
            ? ItemsOf(typeof(T)).Select(static (t, i) => ($"item{i + 1}", t, (Func<object, object?>)(row => ((ITuple)row)[i]))).ToArray()
            : typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static p => p.CanRead && p.GetIndexParameters().Length == 0)
                .Select(static p => (p.Name, p.PropertyType, (Func<object, object?>)p.GetValue)).ToArray();
        return members.Length > 0 ? members : throw new ArgumentException($"{typeof(T)} has no public properties to be columns. For arrays of values there is .ReturnsTable(…).");
    }

    /// <summary>The compiler keeps the items from the eighth on in a tuple of their own.</summary>
    static IEnumerable<Type> ItemsOf(Type tuple) => tuple.GetGenericArguments() is { Length: 8 } many ? many.Take(7).Concat(ItemsOf(many[7])) : tuple.GetGenericArguments();

    static PostgresType TypeOf<T>((string Name, Type Type, Func<object, object?> Get) member, IReadOnlyList<T> sample)
    {
        var type = member.Type;
        if (type == typeof(object))
        {
            var value = sample.Where(static r => r is not null).Select(r => member.Get(r!)).FirstOrDefault(static v => v is not null);
            type = value?.GetType() ?? typeof(string);
        }

        return ClrTypes.Find(type) ?? throw Unknown(member.Name, type);
    }

    static string Name(IReadOnlyList<string>? names, int index, string own, int count) => names is null ? own
        : names.Count == count ? names[index]
        : throw new ArgumentException($"{names.Count} names were given for {count} columns.");

    static ArgumentException Unknown(string name, Type type) => new($"{name} is of type {type}, which no column of the fake's has. Return an anonymous object or a tuple of the columns.");
}
