using System.Collections.Immutable;

namespace ResilientPostgres.Topology;

/// <summary>What one observation did.</summary>
readonly record struct TopologyChange(TopologyState Before, TopologyState After, ImmutableArray<TopologyEvent> Events)
{
    public bool IsPublished => !ReferenceEquals(Before.Snapshot, After.Snapshot);
}
