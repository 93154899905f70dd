using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using ResilientPostgres.Testing.Rules;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing;

/// <content>The answers.</content>
public sealed partial class FakeRule
{
    /// <summary>Returns rows. A value is a row of one column, a tuple one column for each item, any other object one for each property.</summary>
    /// <typeparam name="T">What the rows are made from; its types decide on the columns' types.</typeparam>
    /// <param name="rows">The rows; none is possible as well: <c>Returns&lt;Post&gt;([])</c>.</param>
    /// <returns>This rule.</returns>
    /// <exception cref="ArgumentException">A property has a type that no column has.</exception>
    public FakeRule Returns<[DynamicallyAccessedMembers(Members)] T>(params IEnumerable<T> rows)
    {
        var list = rows.ToList();
        var shape = RowShape.Of(_columns, list);
        var made = list.ConvertAll(r => shape.Read(r));
        return Add(shape.Columns, _ => made);
    }

    /// <summary>Returns texts, each a row.</summary>
    /// <param name="values">The rows.</param>
    /// <returns>This rule.</returns>
    public FakeRule Returns(params string?[]? values) => Returns<string?>((IEnumerable<string?>)(values ?? [null]));

    /// <summary>Returns what a reader reads: of a DataTable, for example.</summary>
    /// <param name="reader">Read to its end here.</param>
    /// <returns>This rule.</returns>
    /// <exception cref="ArgumentException">A column has a type that no column of the fake's has.</exception>
    public FakeRule ReturnsTable(DbDataReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var (columns, rows) = RowShape.Of(reader);
        return Add(columns, _ => rows);
    }

    /// <summary>Returns rows that are made for each request: by its parameters, its server, or what has happened before.</summary>
    /// <typeparam name="T">What the rows are made from.</typeparam>
    /// <param name="rows">Makes them; may be called from several threads at once.</param>
    /// <returns>This rule.</returns>
    /// <exception cref="ArgumentException">A property has a type that no column has.</exception>
    public FakeRule Returns<[DynamicallyAccessedMembers(Members)] T>(Func<FakeRequest, IEnumerable<T>> rows)
    {
        var shape = RowShape.Of<T>(_columns, []);
        return Add(shape.Columns, request => [.. rows(request).Select(r => shape.Read(r))]);
    }

    /// <summary>Returns rows whose columns are only known at run time.</summary>
    /// <param name="columns">Their names.</param>
    /// <param name="rows">Their values, in the order of the columns.</param>
    /// <returns>This rule.</returns>
    /// <exception cref="ArgumentException">A row has another number of values, or a value a type that no column has.</exception>
    public FakeRule ReturnsTable(IReadOnlyList<string> columns, params object?[][] rows)
    {
        if (rows.Any(r => r.Length != columns.Count))
        {
            throw new ArgumentException($"Each row needs {columns.Count} values.", nameof(rows));
        }

        return Add(RowShape.Of(columns, rows), _ => rows);
    }

    /// <summary>Returns no rows, and says how many were inserted, updated or deleted.</summary>
    /// <param name="rows">How many. With 0 nothing is written to the log.</param>
    /// <returns>This rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is negative.</exception>
    public FakeRule Affects(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        return Affects(_ => rows);
    }

    /// <summary>Returns no rows, and says how many were inserted, updated or deleted.</summary>
    /// <param name="rows">How many, for each request.</param>
    /// <returns>This rule.</returns>
    public FakeRule Affects(Func<FakeRequest, int> rows) => Add(new CannedAnswer { Affected = rows, Delay = TakeDelay(), Notices = TakeNotices() });

    /// <summary>Fails with an error of the server's.</summary>
    /// <param name="sqlState">Its code of five characters, as in <see cref="Npgsql.PostgresErrorCodes"/>. 57P01, 57P02 and 57P03 end the session as well.</param>
    /// <param name="message">Its text.</param>
    /// <param name="detail">More about it.</param>
    /// <returns>This rule.</returns>
    /// <exception cref="ArgumentException"><paramref name="sqlState"/> is none.</exception>
    public FakeRule Throws(string sqlState, string message = "as the test said", string? detail = null)
    {
        ArgumentNullException.ThrowIfNull(sqlState);
        if (sqlState.Length != 5 || !sqlState.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException($"'{sqlState}' is no SQLSTATE.", nameof(sqlState));
        }

        var isFatal = sqlState is "57P01" or "57P02" or "57P03";
        return Add(new CannedAnswer { Error = () => new PostgresError(sqlState, message, detail, isFatal: isFatal), Delay = TakeDelay(), Notices = TakeNotices() });
    }

    /// <summary>The connection is lost instead of an answer.</summary>
    /// <returns>This rule.</returns>
    public FakeRule LosesConnection() => Add(new CannedAnswer { IsConnectionLost = true, Delay = TakeDelay(), Notices = TakeNotices() });

    FakeRule Add(IReadOnlyList<Column> columns, Func<FakeRequest, IReadOnlyList<object?[]>> rows) =>
        Add(new CannedAnswer { Columns = columns, Rows = rows, Delay = TakeDelay(), Notices = TakeNotices() });

    FakeRule Add(CannedAnswer answer)
    {
        lock (_lock)
        {
            _answers.Add(answer);
            _awaitsAnswer = null;
        }

        return this;
    }
}
