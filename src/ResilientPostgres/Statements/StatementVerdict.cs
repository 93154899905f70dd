using ResilientPostgres.Settings;
using ResilientPostgres.Statements;

namespace ResilientPostgres;

/// <summary>What a statement's text proves about it. Immutable.</summary>
public sealed class StatementVerdict
{
    /// <summary>pgpool sends what begins with a comment to its primary. These words are its manual's.</summary>
    internal const string PrimaryComment = "/*NO LOAD BALANCE*/ ";

    string? _marked;

    internal StatementVerdict(StatementKind kind, string reason) => (Kind, Reason) = (kind, reason);

    /// <summary>What it may do.</summary>
    public StatementKind Kind { get; }

    /// <summary>Why, in a few words.</summary>
    public string Reason { get; }

    /// <summary>It is one statement, not several.</summary>
    public bool IsSingle { get; internal init; } = true;

    /// <summary>It can't commit by itself: if the server refuses it, nothing of it remains.</summary>
    public bool IsAtomic { get; internal init; } = true;

    /// <summary>It calls nothing but built-in functions, so it can't leave anything in its session.</summary>
    internal bool IsPure { get; init; }

    /// <summary>The functions and views of the cluster were known when it was judged.</summary>
    internal bool IsProven { get; init; }

    /// <summary>What it provably needs of its session, or leaves in it; and what that is.</summary>
    internal SessionUse SessionUse { get; init; }

    internal string? SessionReason { get; init; }

    internal TransactionEffect Effect { get; init; }

    internal PreparationEffect Prepared { get; init; }

    /// <summary>Null if it is not to be prepared.</summary>
    internal StatementUse? Use { get; init; }

    internal StatementHint? Hint { get; init; }

    /// <summary>What a rule of the options says about it.</summary>
    internal RoutingRule? Rule { get; init; }

    /// <summary>It sets or shows something of the session, or locks a table, and that is all. It takes no snapshot, and what comes before it must not either.</summary>
    internal bool IsSetting { get; init; }

    /// <summary>It may change functions or views.</summary>
    internal bool IsDefinition { get; init; }

    /// <summary>Its text says that it writes, whatever anybody else says of it.</summary>
    internal bool IsChange { get; init; }

    /// <summary>It changes no data, with all functions and views known: nothing of it can be lost or doubled.</summary>
    internal bool WritesNothing => (IsRead && IsProven) || IsSetting;

    /// <summary>Its text with a comment before it; made once, for the same text comes again and again.</summary>
    internal string Marked(string text) => _marked ??= PrimaryComment + text;

    internal bool IsRead => Kind == StatementKind.Read;

    /// <summary>The same, but to be run on the primary: something about it turned out otherwise.</summary>
    internal StatementVerdict OnPrimary(string reason) =>
        new(StatementKind.Write, reason) { IsSingle = IsSingle, IsAtomic = IsAtomic, IsProven = IsProven, IsChange = IsChange, IsDefinition = IsDefinition, SessionUse = SessionUse, SessionReason = SessionReason, Effect = Effect, Prepared = Prepared, Use = Use, Hint = Hint, Rule = Rule };

    internal StatementVerdict By(RoutingRule? rule) =>
        rule is null ? this : new(Kind, Reason) { IsSingle = IsSingle, IsAtomic = IsAtomic, IsSetting = IsSetting, IsPure = IsPure, IsProven = IsProven, IsChange = IsChange, IsDefinition = IsDefinition, SessionUse = SessionUse, SessionReason = SessionReason, Effect = Effect, Prepared = Prepared, Use = Use, Hint = Hint, Rule = rule };

    /// <summary>One line for people.</summary>
    /// <returns>The kind and the reason.</returns>
    public override string ToString() => $"{Kind}: {Reason}";
}
