using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ResilientPostgres;
using ResilientPostgres.AspNetCore.Consistency;
using ResilientPostgres.AspNetCore.Diagnostics;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what <c>UseResilientPostgresConsistency</c> needs.</summary>
public static class ResilientConsistencyServiceCollectionExtensions
{
    /// <summary>
    /// Lets visitors see what they have written before, whichever instance serves them. Instances that are to read each other's tokens must share their Data Protection keys and
    /// application name.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Sets the options; checked when the host starts.</param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddResilientPostgresConsistency(this IServiceCollection services, Action<ResilientConsistencyOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddDataProtection();
        services.AddOptions<ResilientConsistencyOptions>().ValidateOnStart();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ResilientConsistencyOptions>, ConsistencyOptionsRules>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TokenProtector>();
        services.TryAddSingleton<TokenDataSources>();
        services.TryAddSingleton<TokenLog>();
        services.TryAddSingleton<IncomingTokens>();
        services.TryAddSingleton<OutgoingTokens>();
        return services;
    }
}
