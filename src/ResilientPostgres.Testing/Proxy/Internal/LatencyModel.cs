namespace ResilientPostgres.Testing;

/// <summary>Draws the delay of each chunk.</summary>
internal sealed class LatencyModel(int seed)
{
    readonly Lock _lock = new();
    readonly Random _random = new(seed);
    TimeSpan _latency;
    TimeSpan _jitter;
    double _share = 1;

    internal TimeSpan Latency
    {
        get => Read(ref _latency);
        set => Write(ref _latency, value);
    }

    internal TimeSpan Jitter
    {
        get => Read(ref _jitter);
        set => Write(ref _jitter, value);
    }

    internal double Share
    {
        get => Read(ref _share);
        set => Write(ref _share, value);
    }

    internal TimeSpan Next()
    {
        lock (_lock)
        {
            if (_latency == TimeSpan.Zero && _jitter == TimeSpan.Zero)
            {
                return TimeSpan.Zero;
            }

            return _random.NextDouble() < _share ? _latency + (_jitter * _random.NextDouble()) : TimeSpan.Zero;
        }
    }

    T Read<T>(ref T field)
    {
        lock (_lock)
        {
            return field;
        }
    }

    void Write<T>(ref T field, T value)
    {
        lock (_lock)
        {
            field = value;
        }
    }
}
