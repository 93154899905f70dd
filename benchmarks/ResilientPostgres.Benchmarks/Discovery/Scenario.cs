using Npgsql;
using ResilientPostgres.Benchmarks.Failover;
using ResilientPostgres.Benchmarks.Reporting;

namespace ResilientPostgres.Benchmarks.Discovery;


/// <summary>One setup under load: changes are made, and what they cost is taken down.</summary>
sealed class Scenario : IAsyncDisposable
{
    static readonly TimeSpan _calm = TimeSpan.FromMilliseconds(1000);
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    readonly string _name;
    readonly List<double> _pauses = [];
    readonly List<double> _promotions = [];
    int _rounds;

    Scenario(string name, ResilientDataSource source)
    {
        _name = name;
        Source = source;
        Load = new SteadyLoad(source);
    }

    public ResilientDataSource Source { get; }

    public SteadyLoad Load { get; }

    /// <param name="name">Of the scenario.</param>
    /// <param name="administration">Where the tables are made: the primary, as a superuser or owner.</param>
    /// <param name="source">What is to be tried. It ends with the scenario.</param>
    public static async Task<Scenario> BeginAsync(string name, string administration, ResilientDataSource source)
    {
        await using (var plain = NpgsqlDataSource.Create(administration))
        {
            await using var create = plain.CreateCommand(Failover.Statements.Schema);
            await create.ExecuteNonQueryAsync();
        }

        var scenario = new Scenario(name, source);
        await scenario.UntilAsync(() => scenario.Load.Acknowledged.Count > 100 && scenario.Load.Reads > 100);
        return scenario;
    }

    /// <summary>Makes a change once all is calm, and waits until writes go on.</summary>
    public async Task RoundAsync(Func<Task<Change>> make, Func<Task>? mend = null)
    {
        await Task.Delay(_calm);
        var change = await make();
        var since = change.PromotedAt ?? change.Start;
        await UntilAsync(() => !double.IsNaN(Load.Acknowledged.After(since)));
        await Task.Delay(_calm);
        _rounds++;
        var pause = change.PromotedAt is { } promoted ? Load.Acknowledged.After(promoted) : Load.Acknowledged.LongestSince(change.Start);
        _pauses.Add(pause);
        if (change.PromotedAt is { } at)
        {
            _promotions.Add(TimeProvider.System.GetElapsedTime(change.Start, at).TotalMilliseconds);
        }

        Report.Progress($"{_name} {_rounds}: pause {pause:F0} ms{(_promotions.Count == 0 ? "" : $" after a promotion that took {_promotions[^1]:F0} ms")}; "
            + $"failed {Load.FailedWrites} writes {Load.FailedReads} reads, {Load.Unknown} unknown");
        if (mend is not null)
        {
            await mend();
        }
    }

    /// <summary>Until every server may be used.</summary>
    public Task WholeAsync() => UntilAsync(() => Source.Topology.Current is { Primary: not null } seen && seen.Endpoints.All(static e => e.Status is EndpointStatus.Available or EndpointStatus.Draining));

    public async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > _patience)
            {
                throw new TimeoutException($"{_name} does not go on: {string.Join("; ", Load.Errors.Keys)}\n{Source.Topology}");
            }

            await Task.Delay(2);
        }
    }

    /// <param name="primary">Where the tables are compared with what was acknowledged.</param>
    /// <param name="note">More for people.</param>
    public async Task<ScenarioResult> EndAsync(string primary, string note)
    {
        await Load.DisposeAsync();
        foreach (var (error, count) in Load.Errors.OrderByDescending(static e => e.Value).Take(5))
        {
            Report.Progress($"{_name}: {count} x {error}");
        }

        var (lost, duplicated) = await Load.Ledger.CompareAsync(primary);
        return new ScenarioResult(_name, _rounds, Load.FailedReads, Load.FailedWrites, lost, duplicated, Load.Unknown, _pauses, _promotions, note);
    }

    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        await Source.DisposeAsync();
    }
}
