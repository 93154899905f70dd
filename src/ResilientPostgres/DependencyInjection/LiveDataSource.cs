using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ResilientPostgres.DependencyInjection;

/// <summary>A data source that follows its options. A reload that is not valid is refused, with the reason, and the running settings stay.</summary>
sealed class LiveDataSource : IAsyncDisposable, IDisposable
{
    readonly List<IDisposable> _subscriptions = [];

    LiveDataSource(ResilientDataSource dataSource) => DataSource = dataSource;

    public ResilientDataSource DataSource { get; }

    public static LiveDataSource Create(IServiceProvider provider, string name)
    {
        var factory = provider.GetRequiredService<IOptionsFactory<ResilientPostgresOptions>>();
        var loggers = provider.GetService<ILoggerFactory>();
        var builder = new ResilientDataSourceBuilder(provider.GetRequiredService<IOptionsMonitor<ResilientPostgresOptions>>().Get(name)) { Name = name }
            .UseTimeProvider(provider.GetRequiredService<TimeProvider>())
            .UseLoggerFactory(loggers);
        foreach (var configuration in provider.GetServices<NpgsqlConfiguration>().Where(c => c.Cluster == name))
        {
            builder.ConfigureNpgsql(configuration.Configure);
        }

        var live = new LiveDataSource(builder.Build());
        var logger = loggers?.CreateLogger("ResilientPostgres");
        foreach (var source in provider.GetServices<IOptionsChangeTokenSource<ResilientPostgresOptions>>().Where(s => s.Name == name))
        {
            live._subscriptions.Add(ChangeToken.OnChange(source.GetChangeToken, () => live.Reload(factory, name, logger)));
        }

        return live;
    }

    // Not through IOptionsMonitor.OnChange: that is not called at all when the new options are not valid, and nobody would be told.
    void Reload(IOptionsFactory<ResilientPostgresOptions> factory, string name, ILogger? logger)
    {
        try
        {
            DataSource.Reconfigure(factory.Create(name));
        }
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException or FormatException)
        {
            logger?.SettingsRefused(name, e.Message);
        }
    }

    public void Dispose() => _subscriptions.ForEach(static s => s.Dispose());

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
