namespace ResilientPostgres.Sessions;

/// <summary>What a caller is told who comes too late.</summary>
static class Disposed
{
    /// <exception cref="ObjectDisposedException">It is so.</exception>
    public static void ThrowIf(bool isDisposed)
    {
        if (isDisposed)
        {
            throw new ObjectDisposedException("ResilientPostgres.ResilientDataSource");
        }
    }
}
