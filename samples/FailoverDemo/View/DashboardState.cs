namespace FailoverDemo.View;

/// <summary>All that is shown, at one moment.</summary>
sealed record DashboardState(IReadOnlyList<ServerState> Servers, double WritesPerSecond, double ReadsPerSecond);
