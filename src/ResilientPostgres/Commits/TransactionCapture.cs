using Npgsql;

namespace ResilientPostgres.Commits;

/// <summary>What is noted of one transaction while it runs.</summary>
sealed class TransactionCapture(bool isWanted, string? character)
{
    string? _character = character;

    /// <summary>A proof is to be noted once it may write.</summary>
    public bool IsWanted => isWanted;

    /// <summary>What the ledger keeps of it.</summary>
    public string? Tag { get; init; }

    /// <summary>Noted with the first statement that may write.</summary>
    public ICommitProof? Proof { get; set; }

    /// <summary>Its token, where proofs are rows.</summary>
    public TokenNote? Token { get; set; }

    /// <summary>
    /// Before COMMIT something has to be asked first: of what was done on the raw connection nothing was noted, or the token may have been rolled back there.
    /// </summary>
    public bool MustAsk => isWanted && IsRawUsed && Proof is null or TokenProof;

    /// <summary>Its raw connection was given out: what was done there is not known.</summary>
    public bool IsRawUsed { get; set; }

    /// <summary>Nothing but plain SELECTs went through it.</summary>
    public bool IsReadOnlySoFar { get; set; } = true;

    /// <summary>Plain SELECTs, all of them successful: a commit is a formality.</summary>
    public bool HasOnlyRead => IsReadOnlySoFar && !MayHaveFailed;

    /// <summary>A statement has failed, or may have where nobody saw it: then the transaction may be doomed.</summary>
    public bool MayHaveFailed => FirstError is not null || HasFailed || IsRawUsed || HasLentReader;

    /// <summary>A statement of it ran prepared, so that it is worth while to prepare what is ours too.</summary>
    public bool IsPrepared { get; set; }

    /// <summary>Functions or views may be other ones once it is committed.</summary>
    public bool ChangesDefinitions { get; set; }

    /// <summary>A reader was given out; an error among its rows is seen by its reader alone.</summary>
    public bool HasLentReader { get; set; }

    /// <summary>A statement of it has failed in whatever way, at whatever time.</summary>
    public bool HasFailed { get; set; }

    /// <summary>The error that doomed it, if one was seen: what the server says after that is not the cause.</summary>
    public PostgresException? FirstError { get; set; }

    /// <summary>What is to be sent before a statement, if anything.</summary>
    /// <param name="mayWrite">The statement is not known to be a plain SELECT.</param>
    public bool IsDue(bool mayWrite) => _character is not null || (isWanted && Proof is null && mayWrite);

    /// <summary>Taken once: what makes the transaction read-only or deferrable.</summary>
    public string? TakeCharacter() => Interlocked.Exchange(ref _character, null);
}
