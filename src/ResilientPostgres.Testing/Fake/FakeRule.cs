using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using ResilientPostgres.Testing.Rules;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing;

/// <summary>
/// What a <see cref="FakePostgresCluster"/> answers to a statement. Each answer that is added is given once, in their order, and the last one for ever.
/// </summary>
public sealed class FakeRule
{
    const DynamicallyAccessedMemberTypes Members = DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicFields;

    readonly Lock _lock = new();
    readonly List<CannedAnswer> _answers = [];
    readonly RuleMatch _match;
    readonly List<(string Severity, string SqlState, string Message)> _notices = [];
    Func<FakeRequest, bool> _where = static _ => true;
    string _narrowed = "";
    string? _awaitsAnswer;
    bool _hasValues;
    IReadOnlyList<string>? _columns;
    TimeSpan _delay;
    int _calls;

    internal FakeRule(RuleMatch match) => _match = match;

    /// <summary>How often it has answered.</summary>
    public int Calls => Volatile.Read(ref _calls);

    internal bool IsByText => _match.IsByText;

    internal bool? WritesByRule { get; private set; }

    /// <summary>A statement that fails has the columns it would have had.</summary>
    internal IReadOnlyList<Column>? AnyColumns
    {
        get
        {
            lock (_lock)
            {
                return _answers.FirstOrDefault(static a => a.Columns is not null)?.Columns;
            }
        }
    }

    /// <summary>Applies to these parameters' values only.</summary>
    /// <param name="parameters">The values of <c>$1</c>, <c>$2</c> and so on. Numbers are compared as numbers, whatever their types.</param>
    /// <returns>This rule.</returns>
    /// <exception cref="InvalidOperationException">It has been given values already.</exception>
    public FakeRule With(params object?[]? parameters)
    {
        if (_hasValues)
        {
            throw new InvalidOperationException($"{this}: no request has these values and others. Each needs a rule of its own: pg.On(…).With(…).");
        }

        _hasValues = true;

        // A lone null, and a lone array of texts or other objects, is one value: the compiler takes it for all of them.
        object?[] values = parameters is null ? [null] : parameters.GetType() == typeof(object[]) ? parameters : [parameters];
        return Narrow(
            $"with {string.Join(", ", values.Select(FakeRequest.Show))}",
            request => request.Parameters.Count == values.Length && request.Parameters.Zip(values).All(static p => ParameterEquality.AreEqual(p.First, p.Second)));
    }

    /// <summary>Applies only where this is true as well: by server, role, parameters.</summary>
    /// <param name="condition">Whether the rule answers the request.</param>
    /// <returns>This rule.</returns>
    public FakeRule Where(Func<FakeRequest, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Narrow("under a condition", condition);
    }

    /// <summary>Names the columns of the answers that follow, instead of the properties' names; a tuple's names are not kept by the compiler.</summary>
    /// <param name="names">One for each column.</param>
    /// <returns>This rule.</returns>
    public FakeRule Columns(params string[] names)
    {
        _columns = names;
        return AwaitAnswer(nameof(Columns));
    }

    /// <summary>The next answer takes this long on the cluster's clock. The client can cancel it meanwhile.</summary>
    /// <param name="delay">How long.</param>
    /// <returns>This rule.</returns>
    public FakeRule After(TimeSpan delay)
    {
        _delay = delay;
        return AwaitAnswer(nameof(After));
    }

    /// <summary>A notice before the next answer.</summary>
    /// <param name="message">Its text.</param>
    /// <param name="severity">NOTICE, WARNING, INFO, LOG or DEBUG.</param>
    /// <param name="sqlState">Its code.</param>
    /// <returns>This rule.</returns>
    public FakeRule Notice(string message, string severity = "NOTICE", string sqlState = "00000")
    {
        _notices.Add((severity, sqlState, message));
        return AwaitAnswer(nameof(Notice));
    }

    /// <summary>The statement writes, though its first word does not tell: a function that writes.</summary>
    /// <returns>This rule.</returns>
    public FakeRule IsWrite() => Writes(true);

    /// <summary>The statement does not write, though its first word says so.</summary>
    /// <returns>This rule.</returns>
    public FakeRule IsRead() => Writes(false);

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
    public FakeRule Returns(params string?[] values) => Returns<string?>((IEnumerable<string?>)values);

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
    public FakeRule Affects(int rows) => Affects(_ => rows);

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

    /// <summary>What it is about.</summary>
    /// <returns>The text or the pattern.</returns>
    public override string ToString() => _match + _narrowed;

    internal bool Fits(FakeRequest request, bool isDescribed)
    {
        if (!isDescribed)
        {
            return TestCode.Run($"the condition of {this}", () => _match.Fits(request) && _where(request));
        }

        // There are no values yet: what asks for them is taken for fitting, unless it finds out by itself that it does not.
        try
        {
            return _match.Fits(request);
        }
        catch (Exception) when (_match.IsByRequest)
        {
            return false;
        }
    }

    internal CannedAnswer Take(FakeRequest request, bool isDescribed)
    {
        lock (_lock)
        {
            if (_answers.Count == 0)
            {
                throw new PostgresError("0A000", $"FakePostgresCluster was told nothing about: {this}", hint: "Add .Returns(…), .Affects(…) or .Throws(…) to its rule.");
            }

            if (_awaitsAnswer is { } last)
            {
                throw new PostgresError("0A000", $"FakePostgresCluster was told no answer after .{last}(…) of: {this}", hint: $".{last}(…) stands before the answer that it is for.");
            }

            if (isDescribed)
            {
                return _answers.Skip(Math.Min(_calls, _answers.Count - 1)).FirstOrDefault(static a => a.Columns is not null) ?? _answers[^1];
            }

            return _answers[Math.Min(_calls++, _answers.Count - 1)];
        }
    }

    /// <summary>What is wrong with a text (class 42) the server finds out when it parses it.</summary>
    internal PostgresError? TakeParseError()
    {
        lock (_lock)
        {
            var next = _answers.Count == 0 ? null : _answers[Math.Min(_calls, _answers.Count - 1)].Error?.Invoke();
            if (next is null || !next.SqlState.StartsWith("42", StringComparison.Ordinal))
            {
                return null;
            }

            _calls++;
            return next;
        }
    }

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

    FakeRule AwaitAnswer(string what)
    {
        _awaitsAnswer = what;
        return this;
    }

    FakeRule Narrow(string shown, Func<FakeRequest, bool> condition)
    {
        var before = _where;
        _where = request => before(request) && condition(request);
        _narrowed += $" ({shown})";
        return this;
    }

    FakeRule Writes(bool writes)
    {
        WritesByRule = writes;
        return this;
    }

    TimeSpan TakeDelay()
    {
        var delay = _delay;
        _delay = default;
        return delay;
    }

    (string Severity, string SqlState, string Message)[] TakeNotices()
    {
        var notices = _notices.ToArray();
        _notices.Clear();
        return notices;
    }
}
