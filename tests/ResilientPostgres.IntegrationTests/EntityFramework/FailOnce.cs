using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ResilientPostgres.IntegrationTests.EntityFramework;

/// <summary>Loses the connection before one statement is sent.</summary>
/// <param name="text">A part of the statement.</param>
/// <param name="before">What happens in between.</param>
sealed class FailOnce(string text, Func<Task> before) : DbCommandInterceptor
{
    public bool IsArmed { get; set; }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (IsArmed && command.CommandText.Contains(text, StringComparison.Ordinal))
        {
            IsArmed = false;
            await before();
            throw new NpgsqlException("lost", new IOException());
        }

        return result;
    }
}
