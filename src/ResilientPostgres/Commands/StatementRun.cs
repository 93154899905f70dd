using ResilientPostgres.Calls;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.Commands;

/// <summary>
/// What is known of a statement while it runs. It lies with its operation, which is used again and again: an asynchronous method that kept all this by itself would
/// allocate it for each call.
/// </summary>
sealed class StatementRun
{
    StatementRun(InFlightOperation operation) => Operation = operation;

    public InFlightOperation Operation { get; }

    public Session Session { get; private set; }

    public WorkRequest Request { get; private set; }

    public TimeSpan Began { get; private set; }

    public Companion? Companion { get; private set; }

    public static StatementRun On(InFlightOperation operation, in Session session, in WorkRequest request, TimeSpan began, Companion? companion)
    {
        var run = operation.Notes as StatementRun ?? new StatementRun(operation);
        operation.Notes = run;
        (run.Session, run.Request, run.Began, run.Companion) = (session, request, began, companion);
        return run;
    }

    /// <summary>Holds on to nothing of its caller's.</summary>
    public void Clear() => (Session, Request, Companion) = (default, default, null);
}
