using System.Collections.Immutable;

namespace ResilientPostgres.Dns.Listing;

/// <summary>What became of one name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Findings">The addresses it leads to, last good ones if it could not be asked for.</param>
/// <param name="ValidFor">Until it should be asked for again.</param>
/// <param name="Failure">Why these are not new.</param>
sealed record NameFindings(string Name, ImmutableArray<Finding> Findings, TimeSpan ValidFor, string? Failure);
