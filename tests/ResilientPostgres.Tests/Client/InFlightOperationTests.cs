using Microsoft.Extensions.Time.Testing;
using Npgsql;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Tests.Client;

public sealed class InFlightOperationTests
{
    readonly FakeSessions _sessions = new();
    readonly MonotonicClock _clock = new(new FakeTimeProvider());

    [Fact]
    public void Abort_AfterTheAttempt_TouchesNoSession()
    {
        var operation = Begin();
        operation.Dispose();

        // Its session is somebody else's now. The request itself still comes through: it was on its way.
        Assert.True(operation.RequestAbort(AbortReason.EndpointDown));
        DrainPool();

        Assert.Equal(0, _sessions.Aborted);
    }

    [Fact]
    public void Abort_Twice_CountsOnce()
    {
        using var operation = Begin();

        Assert.True(operation.RequestAbort(AbortReason.EndpointDown));
        Assert.False(operation.RequestAbort(AbortReason.AttemptTimeout));
        DrainPool();

        Assert.Equal(AbortReason.EndpointDown, operation.Reason);
        Assert.Equal(1, _sessions.Aborted);
    }

    [Fact]
    public void Sweep_EndsWhatIsOverdue_AndNothingElse()
    {
        using var late = Begin(deadline: 100);
        using var early = Begin(deadline: 300);

        _sessions.InFlight.Sweep(TimeSpan.FromMilliseconds(200));

        Assert.Equal(AbortReason.AttemptTimeout, late.Reason);
        Assert.Equal(AbortReason.None, early.Reason);
    }

    [Fact]
    public void List_SurvivesLeavingInAnyOrder()
    {
        var operations = Enumerable.Range(0, 5).Select(_ => Begin()).ToArray();
        foreach (var gone in (int[])[2, 0, 4])
        {
            operations[gone].Dispose();
        }

        Assert.Equal(2, _sessions.InFlight.Abort(static _ => true, AbortReason.Disposed));
        Assert.Equal(AbortReason.Disposed, operations[1].Reason);
        Assert.Equal(AbortReason.None, operations[2].Reason);
    }

    InFlightOperation Begin(int deadline = 1000)
    {
        var operation = new InFlightOperation(_sessions.InFlight, OperationSafety.ReadOnly, TimeSpan.FromMilliseconds(deadline), _sessions, _clock, CancellationToken.None);
        operation.Attach(new NpgsqlConnection());
        return operation;
    }

    /// <summary>Until everything queued before has run: each worker picks up in order.</summary>
    static void DrainPool()
    {
        for (var i = 0; i < 100 || ThreadPool.PendingWorkItemCount > 0; i++)
        {
            using var done = new ManualResetEventSlim();
            ThreadPool.UnsafeQueueUserWorkItem(static d => d.Set(), done, preferLocal: false);
            done.Wait();
        }
    }
}
