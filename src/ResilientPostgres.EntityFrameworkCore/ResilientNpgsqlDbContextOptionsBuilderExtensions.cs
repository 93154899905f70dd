using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using ResilientPostgres.EntityFrameworkCore.Infrastructure;

namespace Microsoft.EntityFrameworkCore;

/// <summary>What can be set beside the provider's own options.</summary>
public static class ResilientNpgsqlDbContextOptionsBuilderExtensions
{
    /// <summary>
    /// Whether a <c>SaveChanges</c> that consists of a single statement runs in a transaction, as one of several statements does. Then what became of it is found out when the answer is lost, and it
    /// is run again if it came to nothing; without, such a loss is an <see cref="ResilientPostgres.OutcomeUnknownException"/>, and a round trip is saved (two for an UPDATE or DELETE). On unless switched off.
    /// </summary>
    /// <param name="npgsqlOptions">The provider's options, of a context that uses a cluster.</param>
    /// <param name="enabled">Whether it does.</param>
    /// <returns>The options.</returns>
    /// <exception cref="InvalidOperationException">The context does not use a cluster.</exception>
    public static NpgsqlDbContextOptionsBuilder UseTransactionForSingleStatements(this NpgsqlDbContextOptionsBuilder npgsqlOptions, bool enabled = true)
    {
        ArgumentNullException.ThrowIfNull(npgsqlOptions);
        var builder = ((IRelationalDbContextOptionsBuilderInfrastructure)npgsqlOptions).OptionsBuilder;
        var extension = ResilientOptionsExtension.Of(builder.Options)
            ?? throw new InvalidOperationException("This is an option of contexts that use a cluster: call it inside of UseResilientPostgres(…).");
        ((IDbContextOptionsBuilderInfrastructure)builder).AddOrUpdateExtension(extension with { IsSingleStatementGuarded = enabled });
        return npgsqlOptions;
    }
}
