namespace FailoverDemo.View;

/// <summary>Shows the demo while it runs.</summary>
interface IView
{
    /// <summary>Shows until the task has ended, however it ends. Does not throw what it threw.</summary>
    Task ShowWhileAsync(Task play);
}
