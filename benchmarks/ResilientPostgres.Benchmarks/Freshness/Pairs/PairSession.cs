namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>
/// One user whose requests go to one process after the other: writes his counter, hands the token on as text, and reads elsewhere. Every other user has scopes, and then the token covers what he has read
/// as well; so he also reads counters of others, of which he may never see less than before.
/// </summary>
sealed class PairSession
{
    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    readonly IReadOnlyList<WorkerProcess> _workers;
    readonly CounterLog[] _counters;
    readonly PairCounts _counts;
    readonly Random _random;
    readonly int _key;
    readonly bool _isScoped;
    readonly bool _hasTokens;
    readonly List<(int Key, PairRead Read, string How)> _seen = [];
    string? _token;
    long _value;

    /// <param name="workers">Where requests may go.</param>
    /// <param name="counters">All counters, by key.</param>
    /// <param name="counts">What all sessions have seen.</param>
    /// <param name="key">The session's own counter.</param>
    /// <param name="seed">Of its choices.</param>
    /// <param name="isScoped">Whether it has scopes.</param>
    /// <param name="hasTokens">Whether tokens travel; without them nothing is promised.</param>
    public PairSession(IReadOnlyList<WorkerProcess> workers, CounterLog[] counters, PairCounts counts, int key, int seed, bool isScoped, bool hasTokens)
    {
        (_workers, _counters, _counts, _key, _isScoped, _hasTokens) = (workers, counters, counts, key, isScoped, hasTokens);
        _random = new Random(seed);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (!await PairAsync())
            {
                await Task.Delay(_pause, CancellationToken.None);
            }
        }
    }

    /// <summary>Whether less was read than before. Only after the end of all sessions.</summary>
    public void Judge()
    {
        var furthest = new Dictionary<int, (long Value, string How, long At)>();
        foreach (var (key, read, how) in _isScoped ? _seen : [])
        {
            var before = furthest.GetValueOrDefault(key);
            if (read.Value < before.Value)
            {
                var early = Milliseconds(read.BeganAt, _counters[key].MomentOf(before.Value));
                _counts.StepBack(
                    early > 0, $"counter {key} from {before.Value} back to {read.Value}, {Milliseconds(before.At, read.BeganAt)} ms later, {early} ms before it was acknowledged: {before.How}, and {how}");
            }

            if (_counters[key].ProvenBy(read.Value) is var proven && proven > before.Value)
            {
                furthest[key] = (proven, how, read.BeganAt);
            }
        }
    }

    static double Milliseconds(long from, long to) => Math.Round((to - from) * 1000.0 / System.Diagnostics.Stopwatch.Frequency, 2);

    /// <returns>Whether all went well.</returns>
    async Task<bool> PairAsync()
    {
        var isBoth = _isScoped && _random.Next(4) == 0;
        var write = Next(isBoth ? Act.Both : Act.Write, _key) with { Value = ++_value };
        var writer = _random.Next(_workers.Count);
        var answer = await AskAsync(writer, write);
        if (answer.WrittenAt is not { } writtenAt || answer.Error is not null)
        {
            return false;
        }

        _counters[_key].Acknowledged(_value, writtenAt);
        if (isBoth)
        {
            _counts.Read(write, answer, _value, write.WriteKind, isFirst: true);
        }

        // Elsewhere than it was written, and as soon as can be.
        var read = Next(_isScoped && _random.Next(10) == 0 ? Act.Browse : Act.Read, _key);
        answer = await AskAsync((writer + 1 + _random.Next(_workers.Count - 1)) % _workers.Count, read);
        if (answer.Error is not null)
        {
            return false;
        }

        _counts.Read(read, answer, _value, write.WriteKind, isFirst: !isBoth);
        return !_isScoped || await OthersAsync();
    }

    async Task<bool> OthersAsync()
    {
        var key = _random.Next(_counters.Length);
        for (var reads = _random.Next(3); reads > 0; reads--)
        {
            if ((await AskAsync(_random.Next(_workers.Count), Next(_random.Next(4) == 0 ? Act.Browse : Act.Read, key))).Error is not null)
            {
                return false;
            }
        }

        return true;
    }

    async Task<WorkerAnswer> AskAsync(int worker, WorkerRequest request)
    {
        var answer = await _workers[worker].AskAsync(request);
        _token = answer.Token ?? _token;
        if (answer.Error is not null)
        {
            _counts.Error(answer);
        }

        foreach (var read in answer.Reads)
        {
            _seen.Add((request.Key, read, $"{request.Act} by {read.Kind} in process {worker} on a {(read.IsStandby ? "standby" : "primary")} under {request.Token}, then {answer.Token}"));
        }

        return answer;
    }

    WorkerRequest Next(Act act, int key) =>
        new(0, act, key, 0, KindOf<WriteKind>.Any(_random), KindOf<ReadKind>.Any(_random), _isScoped && _hasTokens, _hasTokens ? _token : null);
}
