using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ResilientPostgres.DependencyInjection;

/// <summary>A data source that follows its options.</summary>
sealed class LiveDataSource : IDisposable
{
    readonly IDisposable? _subscription;

    LiveDataSource(ResilientDataSource dataSource, IDisposable? subscription) => (DataSource, _subscription) = (dataSource, subscription);

    public ResilientDataSource DataSource { get; }

    public static LiveDataSource Create(IServiceProvider provider, string name)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<ResilientPostgresOptions>>();
        var builder = new ResilientDataSourceBuilder(options.Get(name)) { Name = name }
            .UseTimeProvider(provider.GetRequiredService<TimeProvider>())
            .UseLoggerFactory(provider.GetService<ILoggerFactory>());
        foreach (var configuration in provider.GetServices<NpgsqlConfiguration>().Where(c => c.Cluster == name))
        {
            builder.ConfigureNpgsql(configuration.Configure);
        }

        foreach (var configuration in provider.GetServices<ResilienceConfiguration>().Where(c => c.Cluster == name))
        {
            builder.ConfigureResilience(configuration.Configure);
        }

        foreach (var configuration in provider.GetServices<ProviderConfiguration>().Where(c => c.Cluster == name))
        {
            builder.AddEndpointProvider(configuration.Create(provider)
                ?? throw new InvalidOperationException($"The factory given to AddEndpointProvider of cluster '{name}' returned null. Return a provider, or don't call AddEndpointProvider."));
        }

        foreach (var registration in provider.GetServices<PasswordRegistration>().Where(r => r.Cluster == name))
        {
            builder.UsePasswords(registration.Setup, provider);
        }

        var dataSource = builder.Build();
        return new LiveDataSource(dataSource, options.OnChange((changed, of) =>
        {
            if (of == name)
            {
                dataSource.Reconfigure(changed);
            }
        }));
    }

    public void Dispose() => _subscription?.Dispose();
}
