using ResilientPostgres.Postgres;

namespace ResilientPostgres;

/// <summary>Endpoints listed by the servers of RDS themselves. Modelled on the documented functions; not run on AWS.</summary>
public static class RdsProviderExtensions
{
    /// <summary>
    /// Lists the instances of an Aurora cluster by <c>aurora_replica_status()</c>, each reached by its own host name. Aurora refuses the functions about the log: lag is what it tells, and there is no proof of a lost
    /// COMMIT but by <see cref="CommitGuard.TokenRow"/>.
    /// </summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="instanceHostPattern">The form of the instances' host names, with <c>?</c> for the instance, where the hosts of the connection string are no names of RDS (a CNAME): <c>?.db.example.com</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The pattern has no <c>?</c>.</exception>
    /// <exception cref="InvalidOperationException">There is a provider already.</exception>
    public static ResilientPostgresBuilder UseAurora(this ResilientPostgresBuilder builder, string? instanceHostPattern = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        CheckPattern(instanceHostPattern);
        return builder.AddEndpointProvider(_ => new AuroraEndpointProvider(instanceHostPattern));
    }

    /// <inheritdoc cref="UseAurora(ResilientPostgresBuilder, string?)"/>
    public static ResilientDataSourceBuilder UseAurora(this ResilientDataSourceBuilder builder, string? instanceHostPattern = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        CheckPattern(instanceHostPattern);
        return builder.AddEndpointProvider(new AuroraEndpointProvider(instanceHostPattern));
    }

    /// <summary>Lists the instances of an RDS Multi-AZ DB cluster by <c>rds_tools.show_topology()</c>; the extension <c>rds_tools</c> must be in the database that the connection string names.</summary>
    /// <param name="builder">The cluster.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">There is a provider already.</exception>
    public static ResilientPostgresBuilder UseRdsCluster(this ResilientPostgresBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddEndpointProvider(static _ => new RdsClusterEndpointProvider());
    }

    /// <inheritdoc cref="UseRdsCluster(ResilientPostgresBuilder)"/>
    public static ResilientDataSourceBuilder UseRdsCluster(this ResilientDataSourceBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddEndpointProvider(new RdsClusterEndpointProvider());
    }

    static void CheckPattern(string? pattern)
    {
        if (pattern is not null && (!pattern.Contains('?', StringComparison.Ordinal) || Uri.CheckHostName(pattern.Replace('?', 'i')) != UriHostNameType.Dns))
        {
            throw new ArgumentException($"instanceHostPattern is '{pattern}'; it must be a host name with ? where the instance's name goes, without a port, as in ?.db.example.com.", nameof(pattern));
        }
    }
}
