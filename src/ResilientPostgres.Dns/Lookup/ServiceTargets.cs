using System.Collections.Immutable;

namespace ResilientPostgres.Dns.Lookup;

/// <summary>The targets of one service.</summary>
sealed record ServiceTargets(ImmutableArray<ServiceTarget> All);
