using ResilientPostgres.Sessions;

namespace ResilientPostgres.Calls;

/// <summary>An opening that was given up and has not come back; never leaves the library as it is.</summary>
sealed class AbortedOpenException(AbortReason reason, Exception inner) : TimeoutException(
    reason == AbortReason.EndpointDown ? "the server went down while the connection was being opened" : "the connection was not open in time", inner)
{
    public AbortReason Reason => reason;
}
