using Microsoft.Extensions.Time.Testing;
using Npgsql;
using ResilientPostgres.Postgres;

namespace ResilientPostgres.Tests.Postgres;

public sealed class OpenGateTests
{
    readonly FakeTimeProvider _time = new();
    readonly OpenGate _gate;

    public OpenGateTests() => _gate = new OpenGate(1, TimeSpan.FromSeconds(3), _time, static () => new NpgsqlException("exhausted"));

    [Fact]
    public async Task Full_WaitersGetTheirTurnOneByOne()
    {
        _gate.Enter();
        var (first, second) = (_gate.WaitAsync(CancellationToken.None), _gate.WaitAsync(CancellationToken.None));

        _gate.WakeOne();
        await first;
        Assert.False(second.IsCompleted);
        _gate.Leave();
        await second;
    }

    [Fact]
    public async Task NotFull_NobodyIsLeftWaiting() => await _gate.WaitAsync(CancellationToken.None);

    [Fact]
    public async Task WaitedTooLong_IsExhausted()
    {
        _gate.Enter();
        var waiting = _gate.WaitAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal("exhausted", (await Assert.ThrowsAsync<NpgsqlException>(() => waiting)).Message);
    }

    [Fact]
    public async Task GivenUp_DoesNotSwallowATurn()
    {
        _gate.Enter();
        using var caller = new CancellationTokenSource();
        var (given, next) = (_gate.WaitAsync(caller.Token), _gate.WaitAsync(CancellationToken.None));
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);

        _gate.WakeOne();

        await next;
    }
}
