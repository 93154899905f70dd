namespace ResilientPostgres.Tests.Monitoring;

/// <summary>These tests ask whether the thread pool is idle, so nothing else may keep it busy meanwhile.</summary>
[CollectionDefinition(nameof(MonitoringCollection), DisableParallelization = true)]
public sealed class MonitoringCollection;
