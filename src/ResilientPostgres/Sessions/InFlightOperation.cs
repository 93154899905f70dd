using System.Data;
using Npgsql;
using ResilientPostgres.Monitoring;

namespace ResilientPostgres.Sessions;

/// <summary>
/// One attempt on one session, which can be ended from outside. On a server that is gone the session is cut at its socket at once. On
/// one that may be well (a deadline, a caller's token) the driver is asked first, so that the server stops too and the session
/// survives; then it is cut, and work that still does not come back is left to itself. A frozen host makes Npgsql ignore tokens.
/// </summary>
sealed class InFlightOperation : IDisposable
{
    // Locks on itself: there is one for every call, and nobody else sees it.

    /// <summary>How long aborted work gets to unwind by itself before more is done.</summary>
    static readonly TimeSpan _grace = TimeSpan.FromMilliseconds(150);

    /// <summary>How long work whose session was cut may take to come back: it is free at once, but a busy machine may let it wait for its turn.</summary>
    static readonly TimeSpan _unwinding = TimeSpan.FromMilliseconds(500);

    /// <summary>When work on a session that was cut off must be waiting for something else.</summary>
    static readonly TimeSpan _late = TimeSpan.FromSeconds(1);

    /// <summary>A caller who cancels wants to be gone, but a healthy server confirms within this, and then the outcome is known.</summary>
    static readonly TimeSpan _farewell = TimeSpan.FromMilliseconds(20);

    readonly InFlightList _list;
    readonly ISessionControl _control;
    readonly MonotonicClock _clock;
    CancellationTokenRegistration _callerCancels;
    NpgsqlConnection? _session;
    NpgsqlCommand? _command;
    NpgsqlBatch? _batch;
    CancellationTokenSource? _token;
    Race? _race;
    bool _isOver;
    bool _isStream;
    int _reason;

    public InFlightOperation(
        InFlightList list, OperationSafety safety, TimeSpan deadline, ISessionControl control, MonotonicClock clock, CancellationToken caller)
    {
        _list = list;
        _control = control;
        _clock = clock;
        Begin(safety, deadline, caller);
    }

    public OperationSafety Safety { get; private set; }

    /// <summary>What its user keeps with it from one use to the next.</summary>
    public object? Companion { get; set; }

    /// <summary>What the one who runs something with it notes meanwhile; kept like the companion.</summary>
    public object? Notes { get; set; }

    /// <summary>Nothing listens to <see cref="Token"/>, so its session is cut off at once.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>When the sweep ends it.</summary>
    public TimeSpan Deadline { get; set; }

    public AbortReason Reason => (AbortReason)Volatile.Read(ref _reason);

    /// <summary>For the work itself, so that it stops waiting for other things than the database too.</summary>
    public CancellationToken Token => (Volatile.Read(ref _token) ?? MakeToken()).Token;

    /// <summary>Its session was cut off, and is good for nothing any more.</summary>
    public bool WasCut { get; private set; }

    /// <summary>Work that was left to itself and still holds its session; null if it has come back.</summary>
    public Task? LeftBehind { get; private set; }

    public InFlightOperation? Next { get; set; }

    public InFlightOperation? Previous { get; set; }

    /// <summary>One that has been used before, or a new one.</summary>
    public static InFlightOperation Rent(
        InFlightList list, OperationSafety safety, TimeSpan deadline, ISessionControl control, MonotonicClock clock, CancellationToken caller)
    {
        if (list.TakeSpare() is not { } spare)
        {
            return new InFlightOperation(list, safety, deadline, control, clock, caller);
        }

        spare.Begin(safety, deadline, caller);
        return spare;
    }

    /// <summary>
    /// Ends it for another use. Out of the list, and with its caller's token let go, nobody can abort it any more; one that was aborted is not used again, for
    /// the work of that may still be queued.
    /// </summary>
    public void Return()
    {
        Dispose();
        if (Reason == AbortReason.None && _token is null && LeftBehind is null)
        {
            (_session, _command, _batch, _race, IsDeaf) = (null, null, null, null, false);
            _list.KeepSpare(this);
        }
    }

    void Begin(OperationSafety safety, TimeSpan deadline, CancellationToken caller)
    {
        Safety = safety;
        Deadline = deadline;
        _isOver = _isStream = false;
        _list.Add(this);
        _callerCancels = caller.UnsafeRegister(static o => ((InFlightOperation)o!).RequestAbort(AbortReason.CallerCancelled), this);
    }

    /// <summary>What to cut when the time comes; without one only the caller is released.</summary>
    public void Attach(NpgsqlConnection session)
    {
        lock (this)
        {
            _session = session;
        }
    }

    /// <summary>
    /// As <see cref="Attach(NpgsqlConnection)"/>, for one command that nobody races: asked to stop through itself, and if that does not help soon
    /// cut off, which frees whoever waits for it.
    /// </summary>
    public void Attach(NpgsqlConnection session, NpgsqlCommand command)
    {
        Attach(session);
        _command = command;
    }

    /// <summary>As <see cref="Attach(NpgsqlConnection, NpgsqlCommand)"/>, for a command that goes with another one.</summary>
    public void Attach(NpgsqlConnection session, NpgsqlBatch batch)
    {
        Attach(session);
        _batch = batch;
    }

    /// <summary>The call is over but for its rows, which somebody reads: no deadline any more, and nothing to be asked.</summary>
    public void GoOnAsStream()
    {
        _callerCancels.Dispose();
        Deadline = TimeSpan.MaxValue;
        IsDeaf = _isStream = true;
    }

    /// <summary>A stream whose session was closed, of which nobody has told us.</summary>
    public bool HasLeft => _isStream && _session is { } session && !session.FullState.HasFlag(ConnectionState.Open);

    /// <summary>First one counts. Never blocks: a token's callbacks in the driver can take as long as a connect.</summary>
    public bool RequestAbort(AbortReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)AbortReason.None) != (int)AbortReason.None)
        {
            return false;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static o => o.Abort(), this, preferLocal: false);
        return true;
    }

    /// <summary>Its session is good for nothing any more, though it looks well: it does not go back to its pool.</summary>
    public void Spoil() => Cut();

    /// <summary>Awaits the work, but not for ever once it was aborted. What is left behind is observed in the background.</summary>
    public async Task<T> RaceAsync<T>(Task<T> work)
    {
        if (!work.IsCompleted)
        {
            await FirstAsync(work).ConfigureAwait(false);
        }

        if (!work.IsCompleted && !await UnwindsAsync(work).ConfigureAwait(false))
        {
            LeftBehind = work;
            Background.Observe(work);
            if (WasCut)
            {
                Background.Run(() => CancelLateAsync(work));
            }

            throw new TimeoutException($"the call was given up ({Reason}) and has not come back");
        }

        return await work.ConfigureAwait(false);
    }

    /// <summary>
    /// A session that was cut needs no cancelling: the driver would connect to ask a server that is gone, for seconds and under a lock that the
    /// work itself needs to come back. Only work that waits for something else altogether still needs its token.
    /// </summary>
    async Task CancelLateAsync(Task work)
    {
        if (!await TimeLimit.WithinAsync(work, _late, _clock, CancellationToken.None).ConfigureAwait(false))
        {
            CancellingThreads.TryRun(Cancel);
        }
    }

    public void Dispose()
    {
        lock (this)
        {
            _isOver = true;
        }

        _callerCancels.Dispose();
        _list.Remove(this);
        if (Reason == AbortReason.None)
        {
            _token?.Dispose();
        }
    }

    /// <summary>Whoever aborts says so first and looks for the race then; here it is the other way round, so that neither misses the other.</summary>
    ValueTask FirstAsync(Task work)
    {
        var race = new Race();
        Interlocked.Exchange(ref _race, race);
        if (Reason != AbortReason.None)
        {
            race.End();
        }

        return race.AgainstAsync(work);
    }

    /// <summary>Made when it is first asked for; most operations never are. Aborted meanwhile, it is cancelled before anybody has it.</summary>
    CancellationTokenSource MakeToken()
    {
        var made = new CancellationTokenSource();
        var token = Interlocked.CompareExchange(ref _token, made, null) ?? made;
        if (Reason != AbortReason.None)
        {
            Cancel();
        }

        return token;
    }

    async Task<bool> UnwindsAsync(Task work)
    {
        if (Reason == AbortReason.CallerCancelled)
        {
            return await TimeLimit.WithinAsync(work, _farewell, _clock, CancellationToken.None).ConfigureAwait(false);
        }

        return (!WasCut && await TimeLimit.WithinAsync(work, _grace, _clock, CancellationToken.None).ConfigureAwait(false))
            || ((WasCut || Cut()) && await TimeLimit.WithinAsync(work, _unwinding, _clock, CancellationToken.None).ConfigureAwait(false));
    }

    void Abort()
    {
        var isServerWell = !IsDeaf && !_list.IsServerInDoubt && Reason is AbortReason.CallerCancelled or AbortReason.AttemptTimeout;

        // Too many that wait on silent servers already, and the session is given up as well; what can't be cut can only be asked.
        var isAsked = isServerWell && CancellingThreads.TryRun(Cancel);
        if (!isAsked && !Cut())
        {
            CancellingThreads.TryRun(Cancel);
        }

        Volatile.Read(ref _race)?.End();
        if (isAsked && (_command is not null || _batch is not null))
        {
            Background.Run(CutLaterAsync);
        }
    }

    async Task CutLaterAsync()
    {
        await _clock.Delay(_grace, CancellationToken.None).ConfigureAwait(false);
        Cut();
    }

    bool Cut()
    {
        // Once the attempt is over its session is back in the pool, and in somebody else's hands.
        lock (this)
        {
            return WasCut |= _session is { } session && !_isOver && _control.TryAbort(session);
        }
    }

    void Cancel()
    {
        try
        {
            Volatile.Read(ref _token)?.Cancel();
            _command?.Cancel();
            _batch?.Cancel();
        }
        catch (Exception e) when (e is ObjectDisposedException or AggregateException or InvalidOperationException or NpgsqlException)
        {
            // The work has ended in between, or one of its callbacks failed; either way it knows.
        }
    }
}
