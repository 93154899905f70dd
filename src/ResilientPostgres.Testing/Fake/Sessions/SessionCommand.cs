using ResilientPostgres.Testing.Rules;
using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>Statements about the session's own transaction and settings.</summary>
internal sealed class SessionCommand : IPlan
{
    readonly SqlStatement _statement;
    readonly Func<Session, SqlStatement, Outcome> _run;

    SessionCommand(SqlStatement statement, Func<Session, SqlStatement, Outcome> run, IReadOnlyList<Column>? columns = null) =>
        (_statement, _run, Columns) = (statement, run, columns);

    public IReadOnlyList<Column>? Columns { get; }

    public bool IsControl => true;

    /// <returns>Null if the statement is none of these.</returns>
    internal static SessionCommand? Find(SqlStatement statement) => statement.Kind switch
    {
        SqlKind.Begin => new(statement, TransactionCommands.Begin),
        SqlKind.Commit => new(statement, TransactionCommands.Commit),
        SqlKind.Rollback => new(statement, TransactionCommands.Rollback),
        SqlKind.RollbackTo => new(statement, TransactionCommands.RollbackTo),
        SqlKind.Savepoint => new(statement, TransactionCommands.Savepoint),
        SqlKind.Release => new(statement, TransactionCommands.Release),
        SqlKind.Characteristics => new(statement, TransactionCommands.SetCharacteristics),
        SqlKind.Set => new(statement, SettingCommands.Set),
        SqlKind.Reset => new(statement, SettingCommands.Reset),
        SqlKind.Show => new(statement, SettingCommands.Show, SettingCommands.ColumnsOf(statement)),
        SqlKind.Discard => new(statement, SettingCommands.Discard),
        SqlKind.Deallocate => new(statement, SettingCommands.Deallocate),
        SqlKind.Nothing => new(statement, Nothing),
        SqlKind.Refused => new(statement, Refuse),
        _ => null,
    };

    public void Start(Session session)
    {
        if (_statement.Kind == SqlKind.Show)
        {
            _run(session, _statement);
        }
    }

    public async ValueTask<Outcome> ExecuteAsync(Session session, object?[] parameters)
    {
        // A test may make one of these fail or take long: by its text, so that no pattern that was meant for something else catches it.
        var request = new FakeRequest(session, _statement, parameters);
        if (session.Server.Cluster.Rules.FindByText(request) is { } rule)
        {
            await rule.Take(request, isDescribed: false).PrepareAsync(request).ConfigureAwait(false);
        }

        return _run(session, _statement);
    }

    static Outcome Nothing(Session session, SqlStatement statement) => statement.Kind switch
    {
        _ when statement.Is(0, "CLOSE") => Outcome.Done("CLOSE CURSOR ALL"),
        _ when statement.Is(0, "LOCK") => Outcome.Done("LOCK TABLE"),
        _ => Outcome.Done(statement.TextOf(0).ToUpperInvariant()),
    };

    static Outcome Refuse(Session session, SqlStatement statement) =>
        throw new PostgresError("0A000", $"FakePostgresCluster does not do {statement.TextOf(0).ToUpperInvariant()}", hint: "Test this against a real server: PostgresCluster.");
}
