namespace FailoverDemo.Workload;

/// <summary>What happened to the application's calls during one phase.</summary>
sealed class PhaseScore(string name, int servers)
{
    readonly long[] _settledReads = new long[servers];
    long _writes;
    long _reads;
    int _failedReads;
    int _failedWrites;
    volatile bool _isSettled;

    public string Name { get; } = name;

    public PauseMeter WritePause { get; } = new();

    /// <summary>From the fault to the end of the promotion, if the phase has one.</summary>
    public TimeSpan? PromotedAfter { get; set; }

    /// <summary>While set, reads are counted by server: what the fault does to their distribution takes a moment to show.</summary>
    public bool IsSettled
    {
        get => _isSettled;
        set => _isSettled = value;
    }

    public long Writes => Volatile.Read(ref _writes);

    public long Reads => Volatile.Read(ref _reads);

    public int FailedReads => Volatile.Read(ref _failedReads);

    public int FailedWrites => Volatile.Read(ref _failedWrites);

    public IReadOnlyList<long> SettledReads => _settledReads;

    public void Written(TimeSpan at)
    {
        WritePause.Acknowledged(at);
        Interlocked.Increment(ref _writes);
    }

    public void Read(int server)
    {
        Interlocked.Increment(ref _reads);
        if (_isSettled)
        {
            Interlocked.Increment(ref _settledReads[server]);
        }
    }

    public void ReadFailed() => Interlocked.Increment(ref _failedReads);

    public void WriteFailed() => Interlocked.Increment(ref _failedWrites);
}
