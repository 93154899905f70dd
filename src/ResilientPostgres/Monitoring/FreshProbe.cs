using ResilientPostgres.Topology;

namespace ResilientPostgres.Monitoring;

/// <summary>A new connection and the answer it gave.</summary>
readonly record struct FreshProbe(IProbeSession Session, ServerFacts Facts, TimeSpan SentAt, TimeSpan ReceivedAt);
