using NpgsqlTypes;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Tests.Lag;

/// <summary>
/// A simulated log: writes are acknowledged at random moments, probes take random times, a standby replays with a random delay and
/// pauses. Whatever the seed, a read on the standby must find every write acknowledged before (now - bound).
/// </summary>
public sealed class LagPropertyTests
{
    const int Seeds = 10_000;

    [Fact]
    public void Bound_IsNeverBelowTheTruth()
    {
        var proofs = 0L;
        var overflown = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            // Some histories are far longer than the ring, with a standby that falls behind it and catches up.
            var isLong = seed % 100 == 0;
            proofs += Run(new Random(seed), seed, isLong ? 1500 : 60, ref overflown);
        }

        Assert.True(proofs > Seeds * 10L, $"only {proofs} checks had a proof: the test would pass on a tracker that proves nothing");
        Assert.True(overflown > 0, "no history outgrew the ring");
    }

    static int Run(Random random, int seed, int probes, ref int overflown)
    {
        var history = new WalHistory();
        var gauge = new EndpointGauge();
        var log = new SimulatedLog(random, probes * 100);
        var samples = 0;
        var proofs = 0;
        var now = 0L;
        for (var i = 0; i < probes; i++)
        {
            now += random.Next(1, 60);
            if (random.Next(2) == 0)
            {
                // The answer holds at some moment between question and answer.
                var sentAt = now;
                now += random.Next(0, 30);
                history.Add(new TimeSpan(sentAt), new NpgsqlLogSequenceNumber(log.FlushedAt(random.NextInt64(sentAt, now + 1))));
                samples++;
            }
            else
            {
                var sentAt = now;
                now += random.Next(0, 30);
                var replayed = new NpgsqlLogSequenceNumber(log.ReplayedAt(random.NextInt64(sentAt, now + 1)));
                if (history.FreshAsOf(replayed) is { } asOf)
                {
                    gauge.ProveFresh(asOf);
                }
                else if (samples > 512)
                {
                    overflown++;
                }
            }

            now += random.Next(0, 40);
            var bound = gauge.LagBound(new TimeSpan(now));
            if (bound == TimeSpan.MaxValue)
            {
                continue;
            }

            proofs++;
            var mustBeThere = log.AcknowledgedBefore(now - bound.Ticks);
            Assert.True(
                log.ReplayedAt(now) >= mustBeThere,
                $"seed {seed}: at {now} the bound is {bound.Ticks}, but a write at {mustBeThere} is missing; replayed is {log.ReplayedAt(now)}");
        }

        return proofs;
    }
}
