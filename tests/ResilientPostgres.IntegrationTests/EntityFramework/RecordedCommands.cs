using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ResilientPostgres.IntegrationTests.EntityFramework;

/// <summary>The texts of all commands, as they are sent.</summary>
sealed class RecordedCommands : DbCommandInterceptor
{
    internal ConcurrentQueue<(string Text, bool IsInTransaction)> Texts { get; } = new();

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Texts.Enqueue((command.CommandText, command.Transaction is not null));
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Texts.Enqueue((command.CommandText, command.Transaction is not null));
        return ValueTask.FromResult(result);
    }
}
