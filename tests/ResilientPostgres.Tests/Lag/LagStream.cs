namespace ResilientPostgres.Tests.Lag;

/// <summary>Probes of one primary at a steady pace.</summary>
sealed class LagStream
{
    public required string Endpoint { get; init; }

    public required int From { get; init; }

    public required int Every { get; init; }

    public required int Count { get; init; }

    public required int FirstLsn { get; init; }

    public required int LsnStep { get; init; }
}
