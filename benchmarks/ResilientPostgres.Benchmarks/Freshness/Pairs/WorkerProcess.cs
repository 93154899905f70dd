using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>A <see cref="PairWorker"/> as its parent sees it. It ends with its parent, whose end closes its input.</summary>
sealed class WorkerProcess : IAsyncDisposable
{
    readonly ConcurrentDictionary<long, TaskCompletionSource<WorkerAnswer>> _open = new();
    readonly Process _process;
    readonly Lock _gate = new();
    readonly Task _listener;
    long _lastId;

    WorkerProcess(Process process)
    {
        _process = process;
        _listener = ListenAsync();
    }

    public static async Task<WorkerProcess> StartAsync(string connectionString, Consistency level)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[typeof(WorkerProcess).Assembly.Location, PairWorker.Name, connectionString, level.ToString()])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        return await process.StandardOutput.ReadLineAsync() == "ready" ? new WorkerProcess(process) : throw new InvalidOperationException("A worker did not start.");
    }

    public Task<WorkerAnswer> AskAsync(WorkerRequest request)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<WorkerAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = answer;
        var line = JsonSerializer.Serialize(request with { Id = id });
        lock (_gate)
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }

        return answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        await _listener;
        _process.Dispose();
    }

    async Task ListenAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var answer = JsonSerializer.Deserialize<WorkerAnswer>(line)!;
            if (_open.TryRemove(answer.Id, out var waiting))
            {
                waiting.SetResult(answer);
            }
        }

        foreach (var (id, waiting) in _open)
        {
            waiting.TrySetResult(new WorkerAnswer(id, WrittenAt: null, [], Error: "The worker has ended."));
        }
    }
}
