namespace FailoverDemo;

/// <summary>Who says it.</summary>
enum TimelineSource
{
    /// <summary>A new phase begins.</summary>
    Phase,

    /// <summary>The demo did something to the cluster.</summary>
    Fault,

    /// <summary>The library saw something.</summary>
    Library,

    /// <summary>A call of the application failed.</summary>
    Failure,
}
