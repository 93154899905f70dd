using System.Diagnostics;
using System.Text.Json;
using ResilientPostgres.Benchmarks.Faults;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>A process of its own that writes and reads as it is told, one line of JSON each way. It ends when nobody talks to it any more.</summary>
sealed class PairWorker(ResilientDataSource db)
{
    public const string Name = "freshness-worker";

    /// <summary>Milliseconds.</summary>
    const int LongestPause = 100;

    readonly PairWriter _writer = new(db);
    readonly PairReader _reader = new(db);
    readonly Lock _gate = new();

    /// <param name="connectionString">Of the cluster.</param>
    /// <param name="level">What the worker's reads are sure to see.</param>
    public static async Task RunAsync(string connectionString, string level)
    {
        var builder = new ResilientDataSourceBuilder(connectionString);
        builder.Options.Consistency.Level = Enum.Parse<Consistency>(level);

        // Else a standby that is late would not be asked at all.
        builder.Options.MaxReplicationLag = TimeSpan.FromSeconds(30);
        await using var db = builder.Build();
        await db.ReadyAsync();
        var worker = new PairWorker(db);
        worker.Say("ready");
        while (await Task.Run(Console.In.ReadLine) is { } line)
        {
            _ = Task.Run(() => worker.AnswerAsync(JsonSerializer.Deserialize<WorkerRequest>(line)!));
        }
    }

    async Task AnswerAsync(WorkerRequest request)
    {
        var answer = new WorkerAnswer(request.Id, WrittenAt: null, []);
        try
        {
            answer = await (request.Act == Act.Local ? LocalAsync(request, answer) : TravellingAsync(request, answer));
        }
        catch (Exception e)
        {
            answer = answer with { Error = $"{e.GetType().Name}: {e.Message}" };
        }

        Say(JsonSerializer.Serialize(answer));
    }

    async Task<WorkerAnswer> LocalAsync(WorkerRequest request, WorkerAnswer answer)
    {
        await Task.Run(() => _writer.WriteAsync(request.WriteKind, request.Key, request.Value));
        answer = answer with { WrittenAt = Stopwatch.GetTimestamp() };
        return answer with { Reads = [await Task.Run(() => ReadAsync(request.ReadKind, request.Key, null))] };
    }

    async Task<WorkerAnswer> TravellingAsync(WorkerRequest request, WorkerAnswer answer)
    {
        ConsistencyToken? token = request.Token is { } text ? ConsistencyToken.Parse(text) : null;
        using var scope = !request.IsScoped ? null : token is { } known ? ConsistencyScope.Begin(known) : ConsistencyScope.Begin();
        ConsistencyToken? written = null;
        if (request.Act is Act.Write or Act.Both)
        {
            written = await _writer.WriteAsync(request.WriteKind, request.Key, request.Value);
            answer = answer with { WrittenAt = Stopwatch.GetTimestamp() };
        }

        var random = new Random((int)request.Id);
        for (var reads = request.Act switch { Act.Write => 0, Act.Browse => random.Next(2, 8), _ => 1 }; reads > 0; reads--)
        {
            var kind = answer.Reads.Length == 0 ? request.ReadKind : KindOf<ReadKind>.Any(random);
            answer = answer with { Reads = [.. answer.Reads, await ReadAsync(kind, request.Key, request.IsScoped ? null : token)] };
            await Task.Delay(request.Act == Act.Browse ? random.Next(LongestPause) : 0);
        }

        // Nothing but its commit tells a transaction's token outside a scope; inside one the scope's covers the reads as well.
        return request.IsScoped || request.Act == Act.Write
            ? answer with { Token = ((request.IsScoped ? null : written) ?? await db.GetConsistencyTokenAsync())?.ToString() }
            : answer;
    }

    async Task<PairRead> ReadAsync(ReadKind kind, int key, ConsistencyToken? token)
    {
        var began = Stopwatch.GetTimestamp();
        return (await _reader.ReadAsync(kind, key, token)) with { BeganAt = began };
    }

    void Say(string line)
    {
        lock (_gate)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
