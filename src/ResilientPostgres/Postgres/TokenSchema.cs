using Npgsql;

namespace ResilientPostgres.Postgres;

/// <summary>Whether a table of tokens is there and usable; creates it where that is wanted.</summary>
sealed class TokenSchema(NpgsqlConnection connection, TokenStatements table)
{
    /// <returns>What is wrong, with the remedy; null if nothing is.</returns>
    public async Task<string?> FindMissingAsync(bool creates, CancellationToken cancellationToken)
    {
        var refused = await TryAsync(table.Tries, cancellationToken).ConfigureAwait(false);
        if (creates && refused?.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Whether it was this process that created it or another one at the same time is seen by trying again.
            var isSchemaMissing = await TryAsync([table.Create], cancellationToken).ConfigureAwait(false) is { SqlState: PostgresErrorCodes.InvalidSchemaName };
            refused = isSchemaMissing ? await TryAsync([table.CreateSchema, table.Create], cancellationToken).ConfigureAwait(false) : null;
            refused = await TryAsync(table.Tries, cancellationToken).ConfigureAwait(false) is { } still ? refused ?? still : null;
        }

        return refused is null
            ? null
            : $"{refused.MessageText} (Commits:Guard is TokenRow). Once, by a role that may, and with SELECT, INSERT and DELETE granted: {table.CreateSchema}; {table.Create};";
    }

    async Task<PostgresException?> TryAsync(string[] statements, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        }

        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PostgresException e) when (IsAboutTheTable(e))
        {
            return e;
        }
    }

    static bool IsAboutTheTable(PostgresException refused) => refused.SqlState is PostgresErrorCodes.UndefinedTable
        or PostgresErrorCodes.InvalidSchemaName
        or PostgresErrorCodes.InsufficientPrivilege
        or PostgresErrorCodes.UndefinedColumn
        or PostgresErrorCodes.DatatypeMismatch
        or PostgresErrorCodes.UniqueViolation
        or PostgresErrorCodes.DuplicateTable
        or PostgresErrorCodes.DuplicateSchema;
}
