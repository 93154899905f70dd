using ResilientPostgres.Monitoring;
using ResilientPostgres.Positions;
using ResilientPostgres.Routing;
using ResilientPostgres.Settings;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Freshness;

/// <summary>
/// What a read must see, and from where it can be had. On its way to a standby each read passes here; most have nothing to prove, or find it proven by what is
/// known of the standby already, and pay next to nothing.
/// </summary>
sealed class FreshnessGate(object cluster, TopologyStore store, Func<ResilientSettings> settings, MonotonicClock clock, PositionQuestion question, ScopeAdvice advice)
{
    /// <summary>Between two looks; what a standby is behind on a quiet network is less.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(1);

    static readonly TimeSpan _longestQuestion = TimeSpan.FromMilliseconds(250);

    /// <summary>A page of the log; where a server has larger ones, some positions are asked for that need not be.</summary>
    const int Page = 8192;

    volatile FreshnessFloor? _last;

    /// <summary>What was written through this data source.</summary>
    public WriteMark Process { get; } = new();

    /// <summary>Whether positions of writes are worth asking for with them.</summary>
    public bool IsTracking => settings().Consistency == Consistency.Process || Scope is not null;

    ConsistencyScope? Scope => settings().Consistency == Consistency.None ? null : ConsistencyScope.Current;

    /// <summary>Adds to a read what it must see.</summary>
    /// <param name="asked">The request so far.</param>
    /// <param name="token">A token given with the call.</param>
    /// <param name="own">What was written on the same connection.</param>
    public RoutingRequest Require(in RoutingRequest asked, ConsistencyToken? token, WriteMark? own)
    {
        var now = settings();
        var scope = Scope;
        var process = scope is null && now.Consistency == Consistency.Process ? Process : null;
        if (token is null && scope is null && own is null or { IsEmpty: true } && process is null or { IsEmpty: true } && !(asked.MaxLag < now.MaxReplicationLag || now.IsTight(asked.MaxLag)))
        {
            return asked with { IsLimitDefault = true };
        }

        var wanted = new FloorBuilder(store, token is null ? null : [token.Value]);
        wanted.Add(process);
        wanted.Add(own);
        var trail = default(ReadTrail?);
        for (var s = scope; s is not null; s = s.Outer)
        {
            wanted.AddShared(s.Tokens);
            var done = s.Find(cluster);
            wanted.Add(done?.Writes);
            wanted.AddRead(done?.ReadSince ?? default);
            trail ??= done?.Trail;
        }

        return Apply(asked, wanted, now, scope is not null, trail);
    }

    /// <summary>
    /// After a promotion that a read has waited through, what it must see lies elsewhere on the new timeline: asked for by the old one, nobody would have it. Until it is known where the
    /// new one began, that is left as it is.
    /// </summary>
    public RoutingRequest Renew(in RoutingRequest request)
    {
        if (request.Floor is not { } floor || store.Current.Timeline <= floor.Timeline || store.State.Memory?.Facts.Timeline != store.Current.Timeline)
        {
            return request;
        }

        var wanted = new FloorBuilder(store, []);
        wanted.Add(floor);
        return request with { Floor = wanted.Floor(wanted.Since, store.Mark, floor.Trail) };
    }

    /// <summary>The position that an endpoint has yet to prove before it may answer; 0 if it may.</summary>
    /// <param name="floor">What the read must see, if anything.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="gauge">Its gauge.</param>
    public ulong Missing(FreshnessFloor? floor, Endpoint endpoint, int generation, EndpointGauge gauge)
    {
        if (floor is null || store.Current.IsPrimary(endpoint))
        {
            return 0;
        }

        var isOnTrail = floor.Trail is not { } trail || (trail.Generation == generation && trail.Endpoint.Equals(endpoint));
        return gauge.Missing(isOnTrail ? floor : floor.OffTrail());
    }

    /// <summary>Whether it is better to ask the primary for its position than to let it answer the read.</summary>
    public bool IsWorthAsking(in RoutingRequest request)
    {
        if (request.Floor?.OffTrail() is not { IsAnswered: false } floor || request.Preference is ReadPreference.Primary or ReadPreference.PreferPrimary)
        {
            return false;
        }

        var isWorth = false;
        foreach (var endpoint in store.Current.Endpoints)
        {
            if (endpoint is { Status: EndpointStatus.Available, Role: EndpointRole.Standby } && !endpoint.Gauge.IsBehind(clock.Now))
            {
                if (endpoint.Gauge.Missing(floor) == 0 || IsOnTrail(request, endpoint))
                {
                    return false;
                }

                isWorth |= endpoint.Gauge.Followed?.Timeline == floor.Timeline;
            }
        }

        return isWorth;
    }

    /// <summary>Asks the primary, if that will do for this read, and not for longer than reads wait for a standby at most.</summary>
    public async Task<RoutingRequest> AskAsync(RoutingRequest request, CancellationToken cancellationToken)
    {
        var floor = request.Floor!;
        try
        {
            var mark = await question.AskAsync(floor.OffTrail().Since).WaitAsync(_longestQuestion, clock.Time, cancellationToken).ConfigureAwait(false);
            return request with { Floor = floor with { Mark = mark } };
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return request; // The read itself finds out what is wrong with the primary, or a standby that has proven it.
        }
    }

    /// <summary>A position that covers all that was acknowledged before this moment.</summary>
    public Task<PrimaryMark> AskAsync() => question.AskAsync(clock.Now);

    /// <summary>A write has ended, and this is how far.</summary>
    public void Wrote(uint timeline, NpgsqlTypes.NpgsqlLogSequenceNumber position)
    {
        if (IsBehindHeader((ulong)position))
        {
            Wrote(); // By time, then: whoever must see it asks for a position that can be reached.
            return;
        }

        var now = clock.Now;
        Process.Wrote(timeline, position, now);
        for (var scope = Scope; scope is not null; scope = scope.Outer)
        {
            scope.MarkOf(cluster).Writes.Wrote(timeline, position, now);
        }
    }

    /// <summary>
    /// At the end of a page the next record's place lies behind the next page's header (24 bytes, 40 where a segment begins), and nobody has replayed as far as that before
    /// there is such a record: on an idle cluster that takes many seconds.
    /// </summary>
    static bool IsBehindHeader(ulong position) => position % Page is 24 or 40;

    /// <summary>A write has ended, or may have; nobody knows how far.</summary>
    public void Wrote(WriteMark? own = null)
    {
        Wrote(own, Scope);
        if (System.Transactions.Transaction.Current is { } ambient)
        {
            // It is committed when that is, and somebody may have asked for the position in between.
            WroteIn(ambient, own);
        }
    }

    /// <summary>As <see cref="Wrote(WriteMark?)"/>, for a transaction of System.Transactions that was joined.</summary>
    public void WroteIn(System.Transactions.Transaction transaction, WriteMark? own)
    {
        var scope = Scope;
        transaction.TransactionCompleted += (_, _) => Wrote(own, scope);
    }

    void Wrote(WriteMark? own, ConsistencyScope? scope)
    {
        var now = clock.Now;
        Process.WroteBy(now);
        own?.WroteBy(now);
        for (; scope is not null; scope = scope.Outer)
        {
            scope.MarkOf(cluster).Writes.WroteBy(now);
        }
    }

    /// <summary>A read has its answer.</summary>
    public void Answered(in RoutingRequest request, Endpoint endpoint, int generation)
    {
        if (request.LeavesTrail)
        {
            LeaveTrail(endpoint, generation);
        }
    }

    /// <summary>Something was read on a session: in a scope, nobody who is behind it may answer from now on.</summary>
    public void LeaveTrail(Endpoint endpoint, int generation)
    {
        var now = clock.Now;
        for (var scope = Scope; scope is not null; scope = scope.Outer)
        {
            scope.MarkOf(cluster).ReadOn(endpoint, generation, now);
        }
    }

    /// <summary>An endpoint was chosen for a read that has something to see.</summary>
    public void Chosen(in RoutingRequest request, Endpoint endpoint)
    {
        if (request.Floor is not null && request.Preference is not (ReadPreference.Primary or ReadPreference.PreferPrimary) && store.Current.IsPrimary(endpoint))
        {
            advice.Redirected(clock.Now, isForOthers: settings().Consistency == Consistency.Process && ConsistencyScope.Current is null);
        }
    }

    /// <summary>What to do with a read whose standby had not come so far: another standby, a little patience, then the primary.</summary>
    /// <param name="request">The read.</param>
    /// <param name="endpoint">The standby.</param>
    /// <param name="gauge">The standby's.</param>
    /// <param name="began">When it was first found to be behind.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async ValueTask<RoutingRequest> AfterBehindAsync(RoutingRequest request, Endpoint endpoint, EndpointGauge gauge, TimeSpan began, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        if (request.Avoid is null && HasAnother(request, endpoint, now))
        {
            return request with { Avoid = endpoint };
        }

        var left = began + settings().StandbyWait - now;
        if (left > TimeSpan.Zero)
        {
            await clock.Delay(left < _patience ? left : _patience, cancellationToken).ConfigureAwait(false);
            return request with { Avoid = null };
        }

        gauge.NoteBehind(now);
        advice.Waited(now - began);
        return OnPrimary(request);
    }

    bool HasAnother(in RoutingRequest request, Endpoint than, TimeSpan now)
    {
        foreach (var endpoint in store.Current.Endpoints)
        {
            if (!endpoint.Endpoint.Equals(than) && EndpointJudge.AsStandby(endpoint, request, now) == RejectionReason.None)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A read that no standby will do for goes to the primary, but for one that is for standbys alone: that waits for one.</summary>
    public static RoutingRequest OnPrimary(in RoutingRequest request) =>
        request.Preference == ReadPreference.Standby ? request : request with { Preference = ReadPreference.Primary };

    static bool IsOnTrail(in RoutingRequest request, EndpointSnapshot endpoint) =>
        request.Floor?.Trail is { } trail && trail.Endpoint.Equals(endpoint.Endpoint) && trail.Generation == endpoint.Generation && endpoint.Gauge.Missing(request.Floor) != FreshnessFloor.Never;

    RoutingRequest Apply(in RoutingRequest asked, in FloorBuilder wanted, ResilientSettings now, bool isScoped, ReadTrail? trail)
    {
        var isOwnLimit = asked.MaxLag < now.MaxReplicationLag;
        var isTight = now.IsTight(asked.MaxLag) && asked.Preference != ReadPreference.Primary;
        var request = asked with { IsLimitDefault = !isOwnLimit, LeavesTrail = isScoped };
        var since = wanted.Since;
        if (isTight)
        {
            // What probes prove is too old for it; whether a standby has what the primary had so short a while ago is asked.
            since = clock.Now - asked.MaxLag is var least && least > since ? least : since;
            request = request with { MaxLag = TimeSpan.MaxValue, IsLimitDefault = false };
        }

        if (wanted.IsAhead)
        {
            return request with { Floor = asked.Preference == ReadPreference.Primary ? wanted.Floor(default, null, null) : wanted.Floor(since, store.Mark, trail) };
        }

        if (asked.Preference == ReadPreference.Primary)
        {
            return request;
        }

        if (wanted.IsUnprovable && asked.Preference != ReadPreference.Standby)
        {
            return request with { Preference = ReadPreference.Primary };
        }

        var floor = Same(wanted, since, trail) ?? wanted.Floor(since, store.Mark, trail);
        if (floor is not null)
        {
            _last = floor;
        }

        return request with { Floor = floor };
    }

    /// <summary>Between two writes all reads want the same: one object serves them.</summary>
    FreshnessFloor? Same(in FloorBuilder wanted, TimeSpan since, ReadTrail? trail) =>
        !wanted.IsUnprovable && _last is { } last && last.Timeline == wanted.Timeline && last.Position == wanted.Position && last.PositionAt == wanted.PositionAt && last.IsTimed == wanted.IsTimed && last.Since == since && ReferenceEquals(last.Trail, trail) && (since == default || ReferenceEquals(last.Mark, store.Mark))
            ? last
            : null;
}
