using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;
using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Routing;
using ResilientPostgres.Sessions;
using ResilientPostgres.Settings;
using ResilientPostgres.Statements;

namespace ResilientPostgres.Calls;

/// <summary>
/// What is known of statements on one cluster: verdicts by text, what turned out otherwise, and the cluster's functions and views, read in the
/// background when the first statement asks and then now and again.
/// </summary>
sealed class StatementRouter(Cluster cluster, UnitOfWork work)
{
    const int MostLearned = 10_000;

    /// <summary>Npgsql asks a server to cancel at Command Timeout; only one that does not react to that either is given up.</summary>
    public static readonly TimeSpan AfterTimeout = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<string, string> _learned = new();
    volatile Knowledge _knowledge = new(FunctionCatalog.Empty, new VerdictCache(cluster.Settings.Statements.CachedStatements), cluster.Settings.Statements);
    long _nextReading;
    int _isReading;

    public StatementVerdict Judge(string text)
    {
        var knowledge = _knowledge;
        return knowledge.Verdicts.Find(text) ?? JudgeAnew(text, knowledge);
    }

    /// <summary>What calls a procedure, or a table by its name, is not a text that could be judged.</summary>
    public static readonly StatementVerdict Procedure = new(StatementKind.Session, "calls a procedure") { IsAtomic = false };

    /// <summary>All of a batch together: as restricted as its most restricted statement.</summary>
    public StatementVerdict Judge(NpgsqlBatch batch)
    {
        StatementVerdict? worst = null;
        var (isPure, isAtomic, isProven, isChange) = (true, !batch.EnableErrorBarriers, true, false);
        StatementVerdict? needy = null;
        var preparation = PreparationEffect.None;
        for (var i = 0; i < batch.BatchCommands.Count; i++)
        {
            var command = batch.BatchCommands[i];
            var verdict = command.CommandType == CommandType.Text ? Judge(command.CommandText) : Procedure;
            worst = worst is null || verdict.Kind > worst.Kind ? verdict : worst;
            needy = verdict.SessionUse > (needy?.SessionUse ?? SessionUse.None) ? verdict : needy;
            preparation = verdict.Prepared > preparation ? verdict.Prepared : preparation;
            (isPure, isAtomic, isProven, isChange) = (isPure && verdict.IsPure, isAtomic && verdict.IsAtomic, isProven && verdict.IsProven, isChange || verdict.IsChange);
        }

        return worst is null || batch.BatchCommands.Count == 1
            ? worst ?? Procedure
            : new StatementVerdict(worst.Kind, worst.Reason)
            {
                IsSingle = false, IsPure = isPure && worst.IsRead, IsAtomic = isAtomic, IsProven = isProven, IsChange = isChange, Effect = worst.Effect, Hint = worst.Hint, Rule = worst.Rule,
                SessionUse = needy?.SessionUse ?? SessionUse.None, SessionReason = needy?.SessionReason, Prepared = preparation,
            };
    }

    /// <summary>How a statement runs on a session of its own. A read may be repeated, but for the first moments, when a view may hide a write.</summary>
    public static WorkRequest Request(StatementVerdict verdict, RoutingRequest routing, bool keepsSession, string? text, int timeout, IReaderOwner? owner = null)
    {
        var isProvenRead = routing.IsRead && (verdict.IsProven || !verdict.IsRead);
        return new WorkRequest(
            routing, isProvenRead ? OperationSafety.ReadOnly : OperationSafety.NonIdempotent, verdict.IsAtomic ? WorkKind.Statement : WorkKind.Delegate, keepsSession, text, owner, timeout == 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(timeout) + AfterTimeout, verdict is { IsSingle: true, IsDefinition: false }, verdict is { IsSingle: true, IsDefinition: false, IsChange: true, Kind: StatementKind.Write }, verdict.Use);
    }

    /// <summary>Null if nobody asked yet.</summary>
    public StatementVerdict? Find(string text) =>
        _knowledge.Verdicts.Find(text.StartsWith(StatementVerdict.PrimaryComment, StringComparison.Ordinal) ? text[StatementVerdict.PrimaryComment.Length..] : text);

    /// <summary>Where a statement may run: what its caller says, then its comments, then a rule, then its text.</summary>
    public RoutingRequest Route(StatementVerdict verdict, ReadPreference? asked, TimeSpan? maxLag)
    {
        var settings = cluster.Settings;
        var said = verdict.IsChange ? null : asked ?? verdict.Hint?.Target; // No word of anybody's makes a read of an INSERT.
        var isRead = verdict.IsRead || (said is not null and not ReadPreference.Primary);

        // In a scope every session comes from the same pool: Npgsql enlists each pool by itself, and two would not see each other's work.
        var isInScope = System.Transactions.Transaction.Current is not null;
        var preference = isInScope || !isRead ? ReadPreference.Primary
            : said ?? (settings.Statements.Enabled ? verdict.Rule?.Preference ?? settings.ReadPreference : ReadPreference.Primary);
        return new RoutingRequest(
            preference, maxLag ?? verdict.Hint?.MaxLag ?? settings.MaxReplicationLag, Avoid: null, isRead, verdict.IsPure && !isInScope, verdict.Rule?.Endpoints ?? (isRead ? settings.Affinity : null));
    }

    /// <summary>A standby refused what was taken for a read: from now on it is the primary's.</summary>
    public void Learn(string text, string reason)
    {
        if (_learned.Count < MostLearned && _learned.TryAdd(text, reason))
        {
            cluster.Logger.StatementLearned(Shorten(text), reason);
            var knowledge = _knowledge;
            knowledge.Verdicts.Set(text, JudgeAnew(text, knowledge));
        }
    }

    /// <summary>Functions or views have changed, as far as was seen here; for what others change there is the interval.</summary>
    public void ReadAgain()
    {
        if (Volatile.Read(ref _nextReading) != 0)
        {
            Volatile.Write(ref _nextReading, 1);
        }
    }

    /// <summary>For a span: why the statement ran where it ran.</summary>
    public void Describe(Activity span, string text)
    {
        if (Find(text) is { } verdict)
        {
            span.SetTag("resilient_postgres.statement.kind", verdict.Kind.ToString());
            span.SetTag("resilient_postgres.statement.reason", verdict.Reason);
        }
    }

    /// <summary>Called at a steady pace.</summary>
    public void Tick(TimeSpan now)
    {
        var next = Volatile.Read(ref _nextReading);
        if (next != 0 && next <= now.Ticks)
        {
            BeginReading();
        }
    }

    StatementVerdict JudgeAnew(string text, Knowledge knowledge)
    {
        if (Volatile.Read(ref _nextReading) == 0 || knowledge.Settings != cluster.Settings.Statements)
        {
            BeginReading();
        }

        var verdict = StatementClassifier.Classify(text, knowledge.Catalog);
        cluster.Preparation.Remind(verdict.Use);
        verdict = verdict.By(FindRule(text, verdict));
        verdict = verdict.IsRead && _learned.TryGetValue(text, out var reason) ? verdict.OnPrimary(reason) : verdict;
        knowledge.Verdicts.Set(text, verdict);
        return verdict;
    }

    RoutingRule? FindRule(string text, StatementVerdict verdict)
    {
        foreach (var rule in cluster.Settings.Statements.Rules)
        {
            if (rule.Fits(text, verdict.Hint?.Label))
            {
                return rule;
            }
        }

        return null;
    }

    void BeginReading()
    {
        if (Interlocked.Exchange(ref _isReading, 1) == 0)
        {
            Volatile.Write(ref _nextReading, long.MaxValue);
            Background.Run(ReadAsync);
        }
    }

    async Task ReadAsync()
    {
        var settings = cluster.Settings.Statements;
        var next = settings.CatalogRefreshInterval;
        try
        {
            var patterns = new FunctionPatterns(settings.ReadOnlyFunctions, settings.WriteFunctions);
            var request = new WorkRequest(new RoutingRequest(ReadPreference.PreferPrimary, TimeSpan.MaxValue, IsRead: true), OperationSafety.ReadOnly);
            var catalog = await work.RunAsync(
                (connection, token) => cluster.Ports.Catalog.ReadAsync(connection, patterns, token), request, CancellationToken.None).ConfigureAwait(false);
            _knowledge = new Knowledge(catalog, new VerdictCache(settings.CachedStatements), settings);
            cluster.Preparation.Reset();
        }
        catch (Exception e) when (!cluster.IsDisposed)
        {
            cluster.Logger.CatalogUnread(cluster.Name, e.Message);
            next = TimeSpan.FromSeconds(1);
        }
        finally
        {
            Interlocked.CompareExchange(ref _nextReading, (cluster.Clock.Now + next).Ticks, long.MaxValue);
            Volatile.Write(ref _isReading, 0);
        }
    }

    static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "…";

    sealed record Knowledge(FunctionCatalog Catalog, VerdictCache Verdicts, StatementSettings Settings);
}
