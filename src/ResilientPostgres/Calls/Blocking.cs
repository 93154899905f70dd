namespace ResilientPostgres.Calls;

/// <summary>The one place where a thread waits for a task: ADO.NET's synchronous members. On the pool, so that no caller's context can deadlock it.</summary>
static class Blocking
{
    public static void Wait(Func<Task> work) => Task.Run(work).GetAwaiter().GetResult();

    public static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
}
