using ResilientPostgres.Iam;

namespace ResilientPostgres;

/// <summary>IAM authentication of a registered cluster.</summary>
public static class ResilientPostgresBuilderIamExtensions
{
    /// <summary>
    /// Logs in to RDS and Aurora by IAM: each server's token takes the password's place. It is made when a physical connection first needs it, kept, and replaced before its 15 minutes
    /// end. The host does not start unless the connection string has a <c>Username</c>, no <c>Password</c>, and <c>SSL Mode</c> <c>Require</c> or stricter.
    /// </summary>
    /// <param name="builder">The cluster's builder.</param>
    /// <param name="configure">Region, credentials and more.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The cluster has a password provider already.</exception>
    public static ResilientPostgresBuilder UseIamAuthentication(this ResilientPostgresBuilder builder, Action<IamAuthenticationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UsePasswords(IamSetup.Of(configure));
    }
}
