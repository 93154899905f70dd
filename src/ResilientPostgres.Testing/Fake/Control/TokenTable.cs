using System.Globalization;
using System.Text.RegularExpressions;
using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.State;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Control;

/// <summary>Keeps the rows of such a table, in transactions, with a unique key that others wait for.</summary>
internal static class TokenTable
{
    internal static async ValueTask<Outcome> NoteAsync(Session session, Match match, object?[] parameters)
    {
        await InsertAsync(session, match, isClaim: false).ConfigureAwait(false);
        return Outcome.Selected([Noted(session)]);
    }

    internal static async ValueTask<Outcome> NoteIfWrittenAsync(Session session, Match match, object?[] parameters)
    {
        if (session.Block.Enter().Xid is null)
        {
            return Outcome.Selected([[null, session.ProcessId, session.State.Cluster.UtcNow, session.State.StartedAt]]);
        }

        // ON CONFLICT DO NOTHING.
        var (table, token) = KeyOf(match);
        var isThere = session.State.Look(log => log.Tokens.Find(table, token) is not null || log.OpenTokens.GetValueOrDefault((table, token)) == session.Block.Current);
        if (!isThere)
        {
            await InsertAsync(session, match, isClaim: false).ConfigureAwait(false);
        }

        return Outcome.Selected([Noted(session)]);
    }

    internal static ValueTask<Outcome> LookAsync(Session session, Match match, object?[] parameters)
    {
        var (table, token) = KeyOf(match);
        RequireTable(session, table);
        return ValueTask.FromResult(Outcome.Selected([[session.State.Look(log => log.Tokens.Find(table, token))?.IsClaim, session.State.IsInRecovery]]));
    }

    internal static async ValueTask<Outcome> ClaimAsync(Session session, Match match, object?[] parameters)
    {
        await InsertAsync(session, match, isClaim: true).ConfigureAwait(false);
        return Outcome.Done("INSERT 0 1");
    }

    /// <summary>Would work, and does nothing.</summary>
    internal static ValueTask<Outcome> TryAsync(Session session, Match match, object?[] parameters)
    {
        RequireTable(session, match.Groups["table"].Value);
        var isSelect = match.Value.StartsWith("SELECT", StringComparison.Ordinal);
        if (!isSelect)
        {
            RequireWritable(session, match.Value.Split(' ')[0]);
        }

        return ValueTask.FromResult(isSelect ? Outcome.Selected([]) : Outcome.Done(match.Value.StartsWith("INSERT", StringComparison.Ordinal) ? "INSERT 0 0" : "DELETE 0"));
    }

    internal static ValueTask<Outcome> CreateSchemaAsync(Session session, Match match, object?[] parameters)
    {
        RequireWritable(session, "CREATE SCHEMA");
        var schema = match.Groups["schema"].Value;
        return Effect(session, store => store.Schemas.Add(schema), "CREATE SCHEMA");
    }

    internal static ValueTask<Outcome> CreateAsync(Session session, Match match, object?[] parameters)
    {
        RequireWritable(session, "CREATE TABLE");
        var (schema, name) = (match.Groups["schema"].Value, match.Groups["name"].Value);
        if (schema != "public" && !session.State.Look(log => log.Tokens.Schemas.Contains(schema)))
        {
            throw new PostgresError("3F000", $"schema \"{schema}\" does not exist");
        }

        return Effect(session, store => store.Tables.TryAdd($"{schema}\".\"{name}", []), "CREATE TABLE");
    }

    internal static ValueTask<Outcome> PurgeAsync(Session session, Match match, object?[] parameters)
    {
        RequireWritable(session, "DELETE");
        var (table, most) = (match.Groups["table"].Value, int.Parse(match.Groups["most"].Value, CultureInfo.InvariantCulture));
        RequireTable(session, table);
        var (newest, before) = ((Guid)parameters[0]!, session.State.Cluster.UtcNow - (TimeSpan)parameters[1]!);
        var old = session.State.Look(log => log.Tokens.Tables[table]
            .Where(r => r.Key.CompareTo(newest) < 0 && r.Value.At < before).OrderBy(static r => r.Key).Take(most).Select(static r => r.Key).ToArray());
        return Effect(session, store => Array.ForEach(old, token => store.Tables[table].Remove(token)), $"DELETE {old.Length}");
    }

    static ValueTask<Outcome> Effect(Session session, Action<TokenStore> effect, string tag)
    {
        var transaction = session.Block.Enter();
        session.State.Write(transaction);
        transaction.Effects.Add(effect);

        // Seen by the rest of the transaction too: nobody rolls back the making of a table in a test.
        session.State.Change(() => effect(session.State.Log.Tokens));
        return ValueTask.FromResult(Outcome.Done(tag));
    }

    /// <summary>Waits for whoever has the same row under way, as long as the session's lock_timeout allows.</summary>
    static async ValueTask InsertAsync(Session session, Match match, bool isClaim)
    {
        RequireWritable(session, "INSERT");
        var key = KeyOf(match);
        RequireTable(session, key.Table);
        while (TryInsert(session, key, isClaim) is { } other)
        {
            var patience = session.Milliseconds("lock_timeout");
            var limit = patience == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : patience;
            try
            {
                await other.Ended.WaitAsync(limit, session.State.Cluster.Clock, session.Ended).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                throw new PostgresError("55P03", "canceling statement due to lock timeout");
            }
        }
    }

    /// <returns>The transaction that has to end first; null if the row is in.</returns>
    static FakeTransaction? TryInsert(Session session, (string Table, Guid Token) key, bool isClaim)
    {
        var transaction = session.Block.Enter();
        FakeTransaction? other = null;
        session.State.Change(() =>
        {
            var log = session.State.Log;
            if (log.OpenTokens.TryGetValue(key, out other) && other != transaction)
            {
                return;
            }

            if (other is not null || log.Tokens.Find(key.Table, key.Token) is not null)
            {
                throw new PostgresError("23505", "duplicate key value violates unique constraint", detail: $"Key (token)=({key.Token}) already exists.");
            }

            log.OpenTokens[key] = transaction;
            transaction.Effects.Add(new TokenInsert(key.Table, key.Token, new TokenRow(isClaim, session.State.Cluster.UtcNow)).Apply);
            session.State.Write(transaction);
        });
        return other;
    }

    static object?[] Noted(Session session) =>
        [ServerFunctions.Xid(session, "pg_current_xact_id()"), session.ProcessId, session.State.Cluster.UtcNow, session.State.StartedAt];

    static (string Table, Guid Token) KeyOf(Match match) => (match.Groups["table"].Value, Guid.Parse(match.Groups["token"].Value));

    static void RequireTable(Session session, string table)
    {
        if (!session.State.Look(log => log.Tokens.Tables.ContainsKey(table)))
        {
            throw new PostgresError("42P01", $"relation \"{table.Replace("\".\"", ".", StringComparison.Ordinal)}\" does not exist");
        }
    }

    internal static void RequireWritable(Session session, string command)
    {
        if (session.Block.IsReadOnly)
        {
            throw new PostgresError("25006", $"cannot execute {command} in a read-only transaction");
        }
    }
}
