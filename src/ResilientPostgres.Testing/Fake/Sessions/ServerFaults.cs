namespace ResilientPostgres.Testing.Sessions;

/// <summary>What is going to happen to one of a server's sessions, once.</summary>
internal sealed class ServerFaults
{
    readonly Lock _lock = new();
    CommitLoss? _lostCommit;
    int? _cutAfter;

    internal void LoseCommit(CommitLoss loss)
    {
        lock (_lock)
        {
            _lostCommit = loss;
        }
    }

    internal void CutAfter(int bytes)
    {
        lock (_lock)
        {
            _cutAfter = bytes;
        }
    }

    internal bool TakeLostCommit(CommitLoss when)
    {
        lock (_lock)
        {
            if (_lostCommit != when)
            {
                return false;
            }

            _lostCommit = null;
            return true;
        }
    }

    /// <returns>How much of this reply may be sent before its connection ends; null for all of it.</returns>
    internal int? TakeCut()
    {
        lock (_lock)
        {
            var bytes = _cutAfter;
            _cutAfter = null;
            return bytes;
        }
    }
}
