using System.Data;
using Npgsql;

namespace ResilientPostgres.Commands;

/// <summary>
/// A command that goes to the server together with a question of ours, in one round trip. Its parameters are lent to the batch while it runs: a parameter belongs to
/// one command, and copies would cost as much as the question.
/// </summary>
/// <param name="command">The caller's command.</param>
abstract class Companion(NpgsqlCommand command)
{
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

    /// <summary>Whether the command may be done though there was an error.</summary>
    public virtual bool MayBeDone(Exception exception) => false;

    /// <summary>
    /// Whether the session is spoiled: Npgsql 10.0.3 loses count of the answers when a commit fails behind an error barrier after rows were returned, and the
    /// next user of the session would get what is left.
    /// </summary>
    public virtual bool HasSpoiled(Exception exception) => false;

    /// <summary>Both have been answered.</summary>
    public abstract void Succeed();

    /// <summary>Gives the parameters back.</summary>
    public void End() => ParameterLoan.Lend(Own.Parameters, command.Parameters);
}
