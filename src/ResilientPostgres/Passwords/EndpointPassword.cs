using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Monitoring;

namespace ResilientPostgres.Passwords;

/// <summary>
/// One role's password on one server: kept, fetched by one caller for all, and fetched anew when it ages or is refused. It is looked at when a physical
/// connection logs in and at no other time, so there is no timer: who finds it old begins the next fetch and logs in with the present one.
/// </summary>
sealed class EndpointPassword(Endpoint endpoint, string? username, PasswordSupply supply)
{
    /// <summary>After a provider's failure.</summary>
    static readonly TimeSpan _failedPause = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    HeldPassword? _held;
    Task<HeldPassword>? _fetch;
    PostgresException? _refusal;
    int _refusedVersion;
    Exception? _failure;
    TimeSpan _fetchableAt = TimeSpan.MinValue;
    TimeSpan _renewableAt = TimeSpan.MinValue;

    /// <summary>Of the password that a login beginning now will send, unless it is replaced meanwhile. Zero: none was needed yet.</summary>
    public int Version => Volatile.Read(ref _held)?.Version ?? 0;

    /// <exception cref="PasswordUnavailableException">There is none, or only one that was refused a moment ago.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (Find(out var fetch) ?? await fetch!.WaitAsync(cancellationToken).ConfigureAwait(false)).Value;
        }
        catch (OperationCanceledException e)
        {
            // The login's time is up, or its caller has gone; in neither case because of the server.
            throw Unavailable(e);
        }
    }

    /// <summary>On the caller's thread, as Npgsql's synchronous opens are. The fetch itself runs on the pool.</summary>
    public string Get() => (Find(out var fetch) ?? fetch!.GetAwaiter().GetResult()).Value;

    /// <summary>The server refused a login.</summary>
    /// <param name="used">The version it began with.</param>
    /// <param name="refusal">The server's answer.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>Whether another login can come out differently: there is a newer password, or the provider was just asked.</returns>
    public async ValueTask<bool> RenewAsync(int used, PostgresException refusal, CancellationToken cancellationToken)
    {
        if (Refuse(used, refusal, out var fetch))
        {
            return true;
        }

        if (fetch is not null)
        {
            // If it fails, the next login says so.
            await Task.WhenAny(fetch).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return fetch is not null;
    }

    bool Refuse(int used, PostgresException refusal, out Task<HeldPassword>? fetch)
    {
        lock (_gate)
        {
            fetch = null;
            if (_held is null || _held.Version > Math.Max(used, 1))
            {
                return _held is not null; // None was ever asked for: the password refused is not ours.
            }

            (_refusedVersion, _refusal) = (_held.Version, refusal);
            var now = supply.Now;
            if (_fetch is null && now >= _renewableAt && now >= _fetchableAt)
            {
                BeginRenewal(now);
            }

            fetch = _fetch;
            return false;
        }
    }

    HeldPassword? Find(out Task<HeldPassword>? fetch)
    {
        lock (_gate)
        {
            var now = supply.Now;
            var isRefused = _held is not null && _held.Version == _refusedVersion;
            if (_held is not null && !isRefused && !IsOlderThan(now, supply.Options.Lifetime))
            {
                BeginAhead(now);
                fetch = null;
                return _held;
            }

            fetch = _fetch ?? (isRefused ? Renew(now) : Fetch(now));
            return null;
        }
    }

    void BeginAhead(TimeSpan now)
    {
        if (_fetch is null && now >= _fetchableAt && IsOlderThan(now, supply.Options.Lifetime - supply.Options.RefreshAhead))
        {
            Begin(wasRefused: false);
        }
    }

    Task<HeldPassword> Renew(TimeSpan now)
    {
        if (now < _renewableAt)
        {
            throw new PasswordUnavailableException(
                $"{endpoint.Name} refused the password of {Who} a moment ago, and the provider is asked for another one at most every {supply.Options.RefusedPause.TotalSeconds} s ({_failure?.Message ?? _refusal!.Message})",
                isRefused: true,
                _refusal);
        }

        ThrowIfFailed(now);
        return BeginRenewal(now);
    }

    Task<HeldPassword> Fetch(TimeSpan now)
    {
        ThrowIfFailed(now);
        return Begin(wasRefused: false);
    }

    void ThrowIfFailed(TimeSpan now)
    {
        if (now < _fetchableAt)
        {
            throw Unavailable(_failure!);
        }
    }

    Task<HeldPassword> BeginRenewal(TimeSpan now)
    {
        _renewableAt = now + supply.Options.RefusedPause;
        supply.Logger.PasswordRefused(endpoint.Name, Who);
        return Begin(wasRefused: true);
    }

    Task<HeldPassword> Begin(bool wasRefused)
    {
        _fetch = Task.Run(() => FetchAsync(new PasswordRequest(endpoint, username, wasRefused)));
        Background.Observe(_fetch);
        return _fetch;
    }

    async Task<HeldPassword> FetchAsync(PasswordRequest request)
    {
        var askedAt = supply.Now;
        try
        {
            var value = await supply.AskAsync(request).ConfigureAwait(false);
            lock (_gate)
            {
                (_fetch, _failure) = (null, null);
                Volatile.Write(ref _held, new HeldPassword(value, Version + 1, askedAt));
                return _held!;
            }
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                (_fetch, _failure, _fetchableAt) = (null, e, supply.Now + _failedPause);
            }

            supply.Logger.PasswordProviderFailed(e, endpoint.Name, Who);
            throw Unavailable(e);
        }
    }

    bool IsOlderThan(TimeSpan now, TimeSpan? age) => age is { } most && now - _held!.AskedAt >= most;

    PasswordUnavailableException Unavailable(Exception cause) =>
        new($"The password provider gave none for {Who} on {endpoint.Name}: {cause.Message}", isRefused: false, cause);

    string Who => username is null ? "the default role" : $"'{username}'";
}
