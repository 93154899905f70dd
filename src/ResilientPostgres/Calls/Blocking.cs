namespace ResilientPostgres.Calls;

/// <summary>The one place where a thread waits for a task: ADO.NET's synchronous members. On the pool, so that no caller's context can deadlock it.</summary>
static class Blocking
{
    public static void Wait(Func<Task> work) => Task.Run(work).GetAwaiter().GetResult();

    /// <summary>Of something that mostly has ended already: then no thread of the pool is needed.</summary>
    public static T End<T>(ValueTask<T> begun) => begun.IsCompleted ? begun.GetAwaiter().GetResult() : Wait(begun.AsTask);

    public static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
}
