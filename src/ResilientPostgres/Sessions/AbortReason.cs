namespace ResilientPostgres.Sessions;

/// <summary>Why an operation in flight was ended from outside.</summary>
enum AbortReason
{
    None,
    EndpointDown,
    AttemptTimeout,
    CallerCancelled,
    Disposed,
}
