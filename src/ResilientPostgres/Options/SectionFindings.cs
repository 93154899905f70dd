namespace ResilientPostgres.Options;

/// <summary>What was found in the section that options were bound to. It goes with them, so that the rules say it together with what they find themselves.</summary>
/// <param name="Path">Where the section stands in the configuration.</param>
/// <param name="IsMissing">There is nothing in it.</param>
/// <param name="Failures">What can't be bound; the keys as seen from the section.</param>
sealed record SectionFindings(string Path, bool IsMissing, IReadOnlyList<string> Failures);
