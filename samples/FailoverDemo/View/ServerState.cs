using ResilientPostgres;

namespace FailoverDemo.View;

/// <summary>One server at one moment, as the library sees it and the demo loads it.</summary>
sealed record ServerState(string Name, EndpointSnapshot Seen, TimeSpan? Lag, double ReadsPerSecond, double ReadShare);
