using ResilientPostgres.Faults;
using ResilientPostgres.Routing;
using ResilientPostgres.Sessions;
using ResilientPostgres.Statements;

namespace ResilientPostgres.Calls;

/// <summary>How a unit of work is run.</summary>
/// <param name="Routing">Where.</param>
/// <param name="Safety">What a second run would do.</param>
/// <param name="Kind">What it consists of.</param>
/// <param name="KeepsSession">The session outlives the work (an open reader) and is closed by whoever holds the result.</param>
/// <param name="Owner">Who is told when a reader that is its result is closed.</param>
/// <param name="Limit">How long one attempt may take, if its caller has said so, else 0; then it is not run again for having taken too long.</param>
/// <param name="IsSingle">It is one statement, which can go together with another.</param>
/// <param name="IsPlainWrite">It is one that writes, and may be in a transaction.</param>
/// <param name="Use">How often its text was used, if it may be prepared.</param>
/// <param name="Text">The statement, if it is a single one whose verdict may be mended.</param>
readonly record struct WorkRequest(
    RoutingRequest Routing, OperationSafety Safety, WorkKind Kind = WorkKind.Delegate, bool KeepsSession = false, string? Text = null, IReaderOwner? Owner = null, TimeSpan Limit = default, bool IsSingle = false, bool IsPlainWrite = false, StatementUse? Use = null);
