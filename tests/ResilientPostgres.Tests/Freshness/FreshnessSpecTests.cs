using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NpgsqlTypes;
using ResilientPostgres.Freshness;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Positions;
using ResilientPostgres.Routing;
using ResilientPostgres.Settings;
using ResilientPostgres.Tests.Specs;
using Standing = ResilientPostgres.Tests.Freshness.FreshnessCase.Standing;

namespace ResilientPostgres.Tests.Freshness;

/// <summary>Runs tests/specs/freshness: through the store, the gate and the judge, as a call does.</summary>
public sealed class FreshnessSpecTests
{
    readonly FakeTimeProvider _time = new();
    TimeSpan _now;

    public static TheoryData<string, string> Cases => SpecSet.Names<FreshnessCase>("freshness");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_IsAnsweredByWhoHasWhatItMustSee(string file, string name)
    {
        var spec = SpecSet.Find<FreshnessCase>("freshness", file, name);
        var clock = new MonotonicClock(_time);
        var settings = ResilientSettings.Freeze(new ResilientPostgresOptions
        {
            ConnectionString = $"Host={string.Join(',', spec.Endpoints)}", Consistency = new() { Level = spec.Level },
        });
        var store = new TopologyStore(settings.Endpoints, static () => SplitBrainAction.RefuseWrites);
        var question = new PositionQuestion(static () => throw new InvalidOperationException("nothing is sent here"), clock);
        var gate = new FreshnessGate(this, store, () => settings, clock, question, new ScopeAdvice("test", static () => null!, NullLogger.Instance));
        using var scope = spec.InScope ? ConsistencyScope.Begin() : null;
        foreach (var step in spec.Steps)
        {
            Take(step, store, gate, scope);
        }

        MoveTo(spec.At);
        var request = gate.Require(new RoutingRequest(spec.Preference, Spec.Ms(spec.MaxLag), IsRead: true), null, null);
        Check(spec, store, gate, request, clock.Now);
    }

    static void Check(FreshnessCase spec, TopologyStore store, FreshnessGate gate, RoutingRequest request, TimeSpan now)
    {
        var snapshot = store.Current;
        var standings = snapshot.Endpoints.Where(static e => e.Role == EndpointRole.Standby).ToDictionary(static e => e.Endpoint.Host, e => Stand(gate, request, e, now));
        Assert.Equal(spec.Standbys.OrderBy(static p => p.Key), standings.OrderBy(static p => p.Key));
        var isPrimaryOpen = EndpointSelector.Select(snapshot, request with { Preference = ReadPreference.Primary }, now, 0) >= 0;
        var goes = request.Preference == ReadPreference.Primary ? FreshnessCase.Reach.Primary
            : !isPrimaryOpen ? FreshnessCase.Reach.Nowhere
            : FreshnessCase.Reach.Anywhere;
        Assert.Equal(spec.Goes, goes);
        Assert.Equal(spec.Asks, gate.IsWorthAsking(request));
    }

    static Standing Stand(FreshnessGate gate, in RoutingRequest request, EndpointSnapshot endpoint, TimeSpan now)
    {
        var missing = gate.Missing(request.Floor, endpoint.Endpoint, endpoint.Generation, endpoint.Gauge);
        var mayStart = request.Preference != ReadPreference.Primary
            && EndpointJudge.AsStandby(endpoint, request with { Floor = request.Floor is { Trail: not null } f && !f.Trail.Endpoint.Equals(endpoint.Endpoint) ? f.OffTrail() : request.Floor }, now) == RejectionReason.None;
        return !mayStart || missing == FreshnessFloor.Never ? Standing.Cannot : missing == 0 ? Standing.Has : Standing.Asked;
    }

    void MoveTo(int at)
    {
        if (Spec.Ms(at) - _now is var ahead && ahead > TimeSpan.Zero)
        {
            _time.Advance(ahead);
            _now += ahead;
        }
    }

    void Take(FreshnessStep step, TopologyStore store, FreshnessGate gate, ConsistencyScope? scope)
    {
        var taken = 0;
        if (step.See is { } seen)
        {
            store.Apply(seen.ToObservation());
            taken++;
        }

        if (step.Wrote is { } wrote)
        {
            MoveTo(wrote.At);
            gate.Wrote(wrote.Timeline, NpgsqlLogSequenceNumber.Parse(wrote.Lsn));
            taken++;
        }

        if (step.WroteBy is { } moment)
        {
            gate.Process.WroteBy(Spec.Ms(moment));
            scope?.MarkOf(this).Writes.WroteBy(Spec.Ms(moment));
            taken++;
        }

        if (step.Asked is { } asked)
        {
            store.Note(new PrimaryMark(Spec.Ms(asked.At), asked.Timeline, (ulong)NpgsqlLogSequenceNumber.Parse(asked.Lsn)));
            taken++;
        }

        if (step.Token is { } token)
        {
            scope!.Require(new ConsistencyToken(token.System, token.Timeline, NpgsqlLogSequenceNumber.Parse(token.Lsn)));
            taken++;
        }

        if (step.Read is { } read)
        {
            scope!.MarkOf(this).ReadOn(new Endpoint(read.Endpoint), read.Generation, Spec.Ms(read.At));
            taken++;
        }

        Assert.Equal(1, taken);
    }
}
