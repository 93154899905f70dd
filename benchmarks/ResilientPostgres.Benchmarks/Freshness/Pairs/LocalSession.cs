namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>Writes and reads in one process, by two tasks that know nothing of each other.</summary>
sealed class LocalSession(WorkerProcess worker, CounterLog counter, PairCounts counts, int key, int seed)
{
    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    readonly Random _random = new(seed);

    public async Task RunAsync(CancellationToken stop)
    {
        for (var value = 1L; !stop.IsCancellationRequested; value++)
        {
            var request = new WorkerRequest(
                0, Act.Local, key, value, KindOf<WriteKind>.Any(_random), KindOf<ReadKind>.Any(_random), IsScoped: false, Token: null);
            var answer = await worker.AskAsync(request);
            if (answer.Error is not null)
            {
                counts.Error(answer);
                await Task.Delay(_pause, CancellationToken.None);
                continue;
            }

            counter.Acknowledged(value, answer.WrittenAt!.Value);
            counts.Read(request, answer, value, request.WriteKind, isFirst: true);
        }
    }
}
