using Npgsql;
using ResilientPostgres.Statements;

namespace ResilientPostgres.Postgres;

/// <summary>
/// The system catalogs, open to every role. An aggregate is as volatile as its steps; a user's operator as the function behind it. What row security
/// evaluates, and what reaches another server, runs with each reading of its table.
/// </summary>
sealed class CatalogReader : ICatalogReader
{
    const string Functions =
        """
        SELECT p.proname,
               pg_catalog.bool_or(p.pronamespace OPERATOR(pg_catalog.<>) b.oid AND (p.provolatile OPERATOR(pg_catalog.=) 'v' OR coalesce(t.provolatile OPERATOR(pg_catalog.=) 'v', false) OR p.prokind OPERATOR(pg_catalog.=) 'p')),
               pg_catalog.bool_and(p.pronamespace OPERATOR(pg_catalog.=) b.oid),
               pg_catalog.bool_or(p.provolatile OPERATOR(pg_catalog.=) 'v')
          FROM pg_catalog.pg_proc p
          JOIN pg_catalog.pg_namespace b ON b.nspname OPERATOR(pg_catalog.=) 'pg_catalog'
          LEFT JOIN pg_catalog.pg_aggregate a ON a.aggfnoid OPERATOR(pg_catalog.=) p.oid
          LEFT JOIN pg_catalog.pg_proc t ON t.oid OPERATOR(pg_catalog.=) ANY (ARRAY[a.aggtransfn::oid, a.aggfinalfn::oid, a.aggcombinefn::oid, a.aggmtransfn::oid, a.aggminvtransfn::oid, a.aggmfinalfn::oid])
         GROUP BY p.proname
        """;

    const string Operators =
        """
        SELECT o.oprname, pg_catalog.bool_or(p.provolatile OPERATOR(pg_catalog.=) 'v')
          FROM pg_catalog.pg_operator o
          JOIN pg_catalog.pg_proc p ON p.oid OPERATOR(pg_catalog.=) o.oprcode
          JOIN pg_catalog.pg_namespace b ON b.nspname OPERATOR(pg_catalog.=) 'pg_catalog'
         WHERE p.pronamespace OPERATOR(pg_catalog.<>) b.oid OR p.provolatile OPERATOR(pg_catalog.=) 'v'
         GROUP BY o.oprname
        """;

    const string Queries =
        """
        SELECT c.relname, pg_catalog.pg_get_viewdef(c.oid)
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
         WHERE c.relkind OPERATOR(pg_catalog.=) 'v' AND n.nspname OPERATOR(pg_catalog.<>) ALL ('{pg_catalog,information_schema}')
        UNION ALL
        SELECT c.relname, 'SELECT ' OPERATOR(pg_catalog.||) pg_catalog.pg_get_expr(p.polqual, p.polrelid)
          FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) p.polrelid
         WHERE p.polqual IS NOT NULL
        UNION ALL
        SELECT t.typname, 'SELECT ' OPERATOR(pg_catalog.||) pg_catalog.pg_get_expr(k.conbin, 0)
          FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) k.contypid
         WHERE k.conbin IS NOT NULL
        UNION ALL
        SELECT t.typname, 'SELECT NULL::' OPERATOR(pg_catalog.||) pg_catalog.quote_ident(o.typname)
          FROM pg_catalog.pg_type t JOIN pg_catalog.pg_type o ON o.oid OPERATOR(pg_catalog.=) t.typbasetype
         WHERE o.typtype OPERATOR(pg_catalog.=) 'd'
        UNION ALL
        SELECT c.relname, CASE c.relkind WHEN 'f' THEN NULL ELSE 'a sequence: a standby sees it ahead' END FROM pg_catalog.pg_class c WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{f,S}')
        """;

    public async Task<FunctionCatalog> ReadAsync(NpgsqlConnection connection, FunctionPatterns patterns, CancellationToken cancellationToken)
    {
        var contents = new CatalogContents();
        await EachAsync(connection, Functions, row => contents.Functions[row.GetString(0)] = Grading(row), cancellationToken).ConfigureAwait(false);
        await EachAsync(connection, Operators, row => contents.Operators[row.GetString(0)] = row.GetBoolean(1) ? Grade.Unsafe : Grade.Safe, cancellationToken).ConfigureAwait(false);
        await EachAsync(connection, Queries, row => Add(contents, row), cancellationToken).ConfigureAwait(false);
        return contents.ToCatalog(patterns);
    }

    static Grade Grading(NpgsqlDataReader row)
    {
        var (isUnsafe, isBuiltIn, isVolatile) = (row.GetBoolean(1), row.GetBoolean(2), row.GetBoolean(3));
        return isUnsafe ? Grade.Unsafe : !isBuiltIn ? Grade.Safe : isVolatile ? Grade.Unknown : Grade.BuiltIn;
    }

    static void Add(CatalogContents contents, NpgsqlDataReader row)
    {
        if (row.IsDBNull(1))
        {
            contents.Relations[row.GetString(0)] = Grade.Safe; // Another server's table.
        }
        else
        {
            contents.Queries.Add((row.GetString(0), row.GetString(1)));
        }
    }

    static async Task EachAsync(NpgsqlConnection connection, string text, Action<NpgsqlDataReader> see, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(text, connection);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                see(reader);
            }
        }
    }
}
