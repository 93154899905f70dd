using ResilientPostgres.Iam;

namespace ResilientPostgres;

/// <summary>IAM authentication without a container.</summary>
public static class ResilientDataSourceBuilderIamExtensions
{
    /// <summary>
    /// Logs in to RDS and Aurora by IAM: each server's token takes the password's place. It is made when a physical connection first needs it, kept, and replaced before its 15 minutes
    /// end. Building then fails unless the connection string has a <c>Username</c>, no <c>Password</c>, and <c>SSL Mode</c> <c>Require</c> or stricter.
    /// </summary>
    /// <param name="builder">The data source's builder.</param>
    /// <param name="configure">Region, credentials and more.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">There is a password provider already.</exception>
    public static ResilientDataSourceBuilder UseIamAuthentication(this ResilientDataSourceBuilder builder, Action<IamAuthenticationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UsePasswords(IamSetup.Of(configure));
    }
}
