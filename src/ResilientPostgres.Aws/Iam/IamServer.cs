namespace ResilientPostgres.Iam;

/// <summary>A server as its tokens name it.</summary>
/// <param name="Endpoint">Host and port as RDS knows them.</param>
/// <param name="Region">Null if nothing tells it.</param>
sealed record IamServer(Endpoint Endpoint, string? Region)
{
    /// <summary>What to do where there is no region.</summary>
    public string Problem =>
        $"ConnectionString: Host has '{Endpoint.Host}', which is no host name of one region's RDS, so the token's region is not known. Name the server as RDS does, or set IamAuthenticationOptions.Region (and RdsEndpoint, if that is not the name RDS knows it by).";

    public static IamServer Of(Endpoint dialled, IamAuthenticationOptions options)
    {
        var known = options.RdsEndpoint?.Invoke(dialled) ?? dialled;
        return new IamServer(known, options.Region ?? RdsRegion.Of(known.Host));
    }
}
