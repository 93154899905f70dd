using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;

namespace ResilientPostgres.Testing;

/// <summary>
/// Carries one direction of one connection. Reading and writing are two loops with a queue between them,
/// so that latency delays bytes and doesn't slow their flow.
/// </summary>
internal sealed class ProxyPump(Socket source, Socket destination, ProxyLane lane, LatencyModel latency, TimeProvider clock)
{
    const int ChunkSize = 16 * 1024;
    const int QueuedChunks = 256;

    readonly Channel<TimedChunk> _queue =
        Channel.CreateBounded<TimedChunk>(new BoundedChannelOptions(QueuedChunks) { SingleReader = true, SingleWriter = true });

    /// <summary>Runs until the source has ended and all is passed on.</summary>
    /// <returns>How the whole connection is to be cut; null if the source ended by itself, or this direction alone.</returns>
    internal async Task<CutMode?> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(stop.Token);
        try
        {
            return await WriteAsync(stop.Token).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (_queue.Reader.TryRead(out var chunk))
            {
                ArrayPool<byte>.Shared.Return(chunk.Buffer);
            }

            // The reader's failure has been dealt with; unobserved, it would come up in the tests of whoever uses the proxy.
            _ = _queue.Reader.Completion.Exception;
        }
    }

    async Task ReadAsync(CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            var due = 0L;
            while (await ReadChunkAsync(due, cancellationToken).ConfigureAwait(false) is { } chunk)
            {
                due = chunk.Due;
                await _queue.Writer.WriteAsync(chunk, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        _queue.Writer.Complete(failure);
    }

    async ValueTask<TimedChunk?> ReadChunkAsync(long previousDue, CancellationToken cancellationToken)
    {
        // Not reading while frozen fills the kernel's buffers, and the sender comes to a halt as before a stopped process.
        await lane.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        var length = await source.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        if (length == 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return null;
        }

        // Never before an earlier chunk, however the delays were drawn.
        var due = clock.GetTimestamp() + (long)((lane.IsDelayed ? latency.Next() : TimeSpan.Zero).TotalSeconds * clock.TimestampFrequency);
        return new TimedChunk(buffer, length, Math.Max(due, previousDue));
    }

    async Task<CutMode?> WriteAsync(CancellationToken cancellationToken)
    {
        await foreach (var chunk in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await WaitUntilDueAsync(chunk.Due, cancellationToken).ConfigureAwait(false);
            await lane.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            var admitted = lane.Admit(chunk.Length, out var cut);

            await SendAsync(chunk.Buffer.AsMemory(0, admitted), cancellationToken).ConfigureAwait(false);
            ArrayPool<byte>.Shared.Return(chunk.Buffer);
            if (cut == CutMode.HalfClose)
            {
                break;
            }

            if (cut is not null)
            {
                return cut;
            }
        }

        await lane.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        destination.Shutdown(SocketShutdown.Send);
        return null;
    }

    async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var slice = lane.Bandwidth.Slice(bytes.Length);
            await WaitUntilDueAsync(lane.Bandwidth.Reserve(slice, clock), cancellationToken).ConfigureAwait(false);

            // Counted first: whoever has received the bytes finds them counted.
            lane.Count(slice);
            await destination.SendAsync(bytes[..slice], SocketFlags.None, cancellationToken).ConfigureAwait(false);
            bytes = bytes[slice..];
        }
    }

    async ValueTask WaitUntilDueAsync(long due, CancellationToken cancellationToken)
    {
        var now = clock.GetTimestamp();
        if (due <= now)
        {
            return;
        }

        var left = clock.GetElapsedTime(now, due);
        if (ReferenceEquals(clock, TimeProvider.System) && left <= FineDelay.Longest)
        {
            await FineDelay.UntilAsync(due).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        else
        {
            // A timer drops what is less than a millisecond.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
