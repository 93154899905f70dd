using System.Data;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Commands;

/// <summary>A command that is run several times. One that was given up may still be running, so what runs after it is a copy, unless its parameters are to be filled.</summary>
sealed class CommandRuns<T>(NpgsqlCommand command, Func<NpgsqlCommand, CancellationToken, Task<T>> execute)
{
    bool _isUsed;
    bool _hasTried;

    /// <summary>An attempt was made, whether it came to running or not.</summary>
    public bool HasRun { get => _hasTried; init => _hasTried = _isUsed = value; }

    /// <summary>Passes it on, and remembers that it was tried.</summary>
    public Task<Attempt<Session>> First(Task<Attempt<Session>> acquiring)
    {
        _hasTried = true;
        return acquiring;
    }

    public Task<T> RunAsync(Session session, CancellationToken token)
    {
        var mine = _isUsed && !HasOutput() ? command.Clone() : command;
        _isUsed = true;
        mine.Connection = session.Connection;
        return execute(mine, token);
    }

    bool HasOutput()
    {
        for (var i = 0; i < command.Parameters.Count; i++)
        {
            if (command.Parameters[i].Direction != ParameterDirection.Input)
            {
                return true;
            }
        }

        return false;
    }
}
