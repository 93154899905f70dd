using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Discovery;

/// <summary>Answers of several members, and which of them is used.</summary>
sealed class PatroniChoiceCase : ISpecCase
{
    public required string Name { get; init; }

    /// <summary>The last answer in use.</summary>
    public PatroniAnswerSpec? Before { get; init; }

    public required List<PatroniAnswerSpec> Answers { get; init; }

    public required int Best { get; init; }

    /// <summary>Whether the first answer alone would not be enough.</summary>
    public bool? Surprising { get; init; }
}
