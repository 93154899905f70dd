namespace ResilientPostgres.Testing;

/// <summary>Ends a server whatever its state, in bounded time.</summary>
internal static class Shutdown
{
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(1.5);

    internal static async Task EndAsync(ServerProcess process)
    {
        if (process.IsRunning)
        {
            // An immediate stop frees the shared memory, which a kill leaves behind.
            process.Thaw();
            process.Send(Signal.Quit);
            await process.WaitForExitAsync(Grace, CancellationToken.None).ConfigureAwait(false);
            await process.KillAsync(KillScope.AllProcesses, CancellationToken.None).ConfigureAwait(false);
        }

        process.KillOrphans();
    }
}
