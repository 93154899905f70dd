namespace ResilientPostgres.Monitoring;

/// <summary>Work that nobody waits for: mostly the ending of sessions that are dead or hang. Its failure is nobody's, and must not surface as an unobserved one.</summary>
static class Background
{
    public static void Run(Func<Task> work) => Observe(Task.Run(work));

    public static void Observe(Task task) => _ = task.ContinueWith(
        static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>Cleans up after something that was given up, should it come through after all.</summary>
    public static void Await<T>(Task<T> givenUp, Func<T, Task> cleanUp) => Run(async () => await cleanUp(await givenUp.ConfigureAwait(false)).ConfigureAwait(false));
}
