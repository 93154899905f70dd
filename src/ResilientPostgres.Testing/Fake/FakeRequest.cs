using System.Globalization;
using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Sql;

namespace ResilientPostgres.Testing;

/// <summary>A statement that a server of a <see cref="FakePostgresCluster"/> is asked to run.</summary>
public sealed class FakeRequest
{
    internal FakeRequest(Session session, SqlStatement statement, object?[] parameters)
    {
        (Session, Statement, Parameters) = (session, statement, parameters);
    }

    /// <summary>The text as it was sent: Npgsql has put <c>$1</c> for named parameters.</summary>
    public string Text => Statement.Text;

    /// <summary>The parameters' values in .NET's types, in their order; null for a NULL.</summary>
    public IReadOnlyList<object?> Parameters { get; }

    /// <summary>The server that is asked.</summary>
    public FakeServer Server => Session.Server;

    /// <summary>What that server is at the moment.</summary>
    public EndpointRole Role => Server.Role;

    /// <summary>Whether a transaction was begun around it.</summary>
    public bool IsInTransaction => Session.Block.IsExplicit;

    internal Session Session { get; }

    internal SqlStatement Statement { get; }

    /// <summary>A parameter's value.</summary>
    /// <typeparam name="T">The type it is wanted in; a number is converted.</typeparam>
    /// <param name="number">Which one: 1 for <c>$1</c>.</param>
    /// <returns>The value; the type's default for a NULL.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many.</exception>
    /// <exception cref="InvalidCastException">It is of another type.</exception>
    public T? Parameter<T>(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Parameters.Count);
        return Parameters[number - 1] switch
        {
            null => default,
            T value => value,
            IConvertible value when typeof(T).IsPrimitive || typeof(T) == typeof(decimal) => (T)Convert.ChangeType(value, typeof(T), CultureInfo.InvariantCulture),
            var other => throw new InvalidCastException($"${number} is {other.GetType().Name} '{other}'."),
        };
    }

    /// <summary>Text and parameters.</summary>
    /// <returns>For example <c>SELECT title FROM posts WHERE id = $1 ($1 = 7)</c>.</returns>
    public override string ToString() => Parameters.Count == 0
        ? Text
        : $"{Text} ({string.Join(", ", Parameters.Select(static (p, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 1} = {Show(p)}")))})";

    internal static string Show(object? value) => value switch
    {
        null or DBNull => "NULL",
        string text => $"'{text}'",
        byte[] bytes => $"{bytes.Length} bytes",
        System.Collections.IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Show))}]",
        DateTime { Kind: DateTimeKind.Utc } time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset time => Show(time.UtcDateTime),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
