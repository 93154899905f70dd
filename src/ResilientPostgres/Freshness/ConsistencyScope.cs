using ResilientPostgres.Freshness;

namespace ResilientPostgres;

/// <summary>
/// Reads see what was written in the same scope, and never go back in time. A scope flows with asynchronous calls, like the request or the job it is opened for:
/// <c>using var scope = ConsistencyScope.Begin();</c>. It serves all data sources. Inside one, what others in the process write does not matter, which leaves more
/// reads to the standbys than <see cref="Consistency.Process"/> alone.
/// </summary>
public sealed class ConsistencyScope : IDisposable
{
    static readonly AsyncLocal<ConsistencyScope?> _current = new();
    static volatile bool _isUsed;

    readonly Lock _gate = new();
    readonly ConsistencyScope? _outer;
    volatile ScopeMark[] _marks = [];
    volatile ConsistencyToken[] _tokens;
    volatile bool _isOver;

    ConsistencyScope(ConsistencyScope? outer, ReadOnlySpan<ConsistencyToken> tokens)
    {
        _outer = outer;
        _tokens = tokens.ToArray();
    }

    /// <summary>The scope this call runs in, if any.</summary>
    public static ConsistencyScope? Current
    {
        get
        {
            if (!_isUsed)
            {
                return null; // Nobody pays for what nobody uses.
            }

            var scope = _current.Value;
            while (scope is { _isOver: true })
            {
                scope = scope._outer;
            }

            return scope;
        }
    }

    /// <summary>Whether something was written in it, or may have been, through whichever data source whose <see cref="ConsistencyOptions.Level"/> is not <see cref="Consistency.None"/>.</summary>
    public bool HasWritten
    {
        get
        {
            foreach (var mark in _marks)
            {
                if (!mark.Writes.IsEmpty)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Opens a scope for this call and all it calls. One inside another has its own reads and writes, and sees the outer one's too.</summary>
    /// <param name="tokens">Positions that its reads must see, such as those of the request before.</param>
    /// <returns>The scope; dispose it at the end of the request or job.</returns>
    public static ConsistencyScope Begin(params ReadOnlySpan<ConsistencyToken> tokens)
    {
        _isUsed = true;
        return _current.Value = new ConsistencyScope(Current, tokens);
    }

    /// <summary>From now on reads in this scope see everything up to a position.</summary>
    /// <param name="token">The position.</param>
    public void Require(ConsistencyToken token)
    {
        lock (_gate)
        {
            _tokens = [.. _tokens, token];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isOver = true;
        if (ReferenceEquals(_current.Value, this))
        {
            _current.Value = _outer;
        }
    }

    internal ConsistencyScope? Outer => _outer;

    internal ReadOnlySpan<ConsistencyToken> Tokens => _tokens;

    /// <summary>The furthest position that was required here of one cluster.</summary>
    internal ConsistencyToken? TokenOf(long? systemIdentifier)
    {
        ConsistencyToken? furthest = null;
        foreach (var token in _tokens)
        {
            if (token.SystemIdentifier == systemIdentifier && (furthest is not { } f || token.Timeline > f.Timeline || (token.Timeline == f.Timeline && token.Lsn > f.Lsn)))
            {
                furthest = token;
            }
        }

        return furthest;
    }

    /// <summary>What was done here on that cluster; null if nothing.</summary>
    internal ScopeMark? Find(object cluster)
    {
        foreach (var mark in _marks)
        {
            if (ReferenceEquals(mark.Cluster, cluster))
            {
                return mark;
            }
        }

        return null;
    }

    internal ScopeMark MarkOf(object cluster)
    {
        if (Find(cluster) is { } known)
        {
            return known;
        }

        lock (_gate)
        {
            if (Find(cluster) is { } other)
            {
                return other;
            }

            var made = new ScopeMark(cluster);
            _marks = [.. _marks, made];
            return made;
        }
    }
}
