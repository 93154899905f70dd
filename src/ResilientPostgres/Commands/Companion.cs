using System.Data;
using Npgsql;

namespace ResilientPostgres.Commands;

/// <summary>
/// A command that goes to the server together with a question of ours, in one round trip. Its parameters are lent to the batch while it runs: a parameter belongs to
/// one command, and copies would cost as much as the question.
/// </summary>
abstract class Companion
{
    NpgsqlCommand? _lender;

    public abstract NpgsqlBatch Batch { get; }

    protected abstract NpgsqlBatchCommand Own { get; }

    /// <summary>Whether a command can be one of a batch without its result being another.</summary>
    public static bool CanCarry(NpgsqlCommand command, CommandBehavior behavior)
    {
        if (command.CommandType != CommandType.Text || (behavior & (CommandBehavior.SchemaOnly | CommandBehavior.KeyInfo | CommandBehavior.SingleRow)) != 0)
        {
            return false;
        }

        for (var i = 0; i < command.Parameters.Count; i++)
        {
            if (command.Parameters[i].Direction != ParameterDirection.Input)
            {
                return false;
            }
        }

        return true;
    }

    public abstract Task<T> ExecuteAsync<T>(Execution<T> execution);

    public abstract T Execute<T>(Execution<T> execution);

    /// <summary>Whether the question failed because the standby is behind, and with it the command was not executed.</summary>
    public virtual bool IsBehind(Exception exception) => false;

    /// <summary>Both have been answered.</summary>
    public abstract void Succeed();

    /// <summary>Gives the parameters back.</summary>
    public void End() => ParameterLoan.Lend(Own.Parameters, _lender!.Parameters);

    protected void Borrow(NpgsqlCommand command)
    {
        _lender = command;
        Own.CommandText = command.CommandText;
        Batch.Timeout = command.CommandTimeout;
        ParameterLoan.Lend(command.Parameters, Own.Parameters);
    }
}
