using Amazon.Runtime;

namespace ResilientPostgres;

/// <summary>How tokens for IAM authentication are made.</summary>
public sealed class IamAuthenticationOptions
{
    /// <summary>How long RDS takes a token for a login. AWS has fixed it at 15 minutes; a session that is logged in stays.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(15);

    /// <summary>The region of the servers, such as <c>eu-central-1</c>.</summary>
    /// <value>The default value is <see langword="null"/>: each server's host name tells it. It must be set where one does not.</value>
    public string? Region { get; set; }

    /// <summary>Whose permission <c>rds-db:connect</c> it is.</summary>
    /// <value>The default value is <see langword="null"/>: what the SDK finds (environment, profile, web identity, container, instance).</value>
    public AWSCredentials? Credentials { get; set; }

    /// <summary>How long before a token's end the next one is made.</summary>
    /// <value>The default value is 5 minutes. Must be less than <see cref="Lifetime"/>.</value>
    public TimeSpan RefreshAhead { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The server as RDS names it, where it is dialled by another name or port (a CNAME, a tunnel): RDS takes no token made for those.</summary>
    /// <value>The default value is <see langword="null"/>: host and port as they are dialled.</value>
    public Func<Endpoint, Endpoint>? RdsEndpoint { get; set; }

    internal IamAuthenticationOptions Copy() => (IamAuthenticationOptions)MemberwiseClone();
}
