using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ResilientPostgres.EntityFrameworkCore.Interception;

/// <summary>What is known of a command by where in EF Core it comes from.</summary>
static class CommandRouting
{
    const string ToPrimary = "-- resilient_postgres:primary\n";

    /// <summary>The transaction whose proof is to be noted before the command, if it can't carry it.</summary>
    public static ResilientTransaction? ToNote(DbCommand command, CommandSource source) =>
        source == CommandSource.SaveChanges && command.Transaction is ResilientTransaction transaction && IsCounted(command.CommandText) ? transaction : null;

    /// <summary>The migrations already applied must not be read from a standby that has not heard of them; values of a sequence come from the primary.</summary>
    public static void Tag(DbCommand command, CommandSource source)
    {
        if (source is CommandSource.Migrations or CommandSource.ValueGenerator && command is ResilientCommand)
        {
            command.CommandText = ToPrimary + command.CommandText;
        }
    }

    /// <summary>LINQ queries are taken to read only; of raw SQL it has to be seen.</summary>
    public static bool IsRead(DbCommand command, CommandSource source) =>
        source == CommandSource.LinqQuery || command is ResilientCommand { Verdict.WritesNothing: true };

    /// <summary>
    /// The provider learns from the reader, by the number of the statement, how many rows each statement changed that returns none; one more statement before them would make it look at the wrong
    /// ones. Where all return rows it does not look. To find more semicolons than there are statements is harmless.
    /// </summary>
    static bool IsCounted(ReadOnlySpan<char> text) => text.Count(';') != text.Count("\nRETURNING ");
}
