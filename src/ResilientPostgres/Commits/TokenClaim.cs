namespace ResilientPostgres.Commits;

/// <summary>What came of looking for a token, or of claiming it: of inserting the same one, so that nobody else can any more.</summary>
enum TokenClaim
{
    /// <summary>It was only looked for, and is not there.</summary>
    Absent,

    /// <summary>The transaction's own row is there, for all to see.</summary>
    Present,

    /// <summary>It was not there; now it is taken, and the transaction can't commit any more.</summary>
    Taken,

    /// <summary>It had been taken by an earlier claim.</summary>
    TakenBefore,

    /// <summary>Somebody has inserted it and is neither committed nor rolled back.</summary>
    Open,
}
