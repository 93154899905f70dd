namespace ResilientPostgres.TestServers;

/// <summary>What <see cref="AuroraStubs"/> pretend to be.</summary>
public sealed class AuroraStubsOptions
{
    /// <summary>What <c>aurora_version()</c> answers.</summary>
    public string Version { get; init; } = "15.4.2";

    public WalFunctions WalFunctions { get; init; } = WalFunctions.NeedLogical;

    /// <summary>What comes after the instance's name in its endpoint: <c>instance-1.…</c>.</summary>
    public string EndpointSuffix { get; init; } = "abcdefghijkl.eu-west-1.rds.amazonaws.com";
}
