using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ResilientPostgres.DependencyInjection;

/// <summary>
/// The options as they are in force. Unlike the framework's own monitor it survives a bad reload: the reason goes to the log,
/// the last good options stay, and neither whoever triggered the reload nor another cluster's listener pays for it.
/// </summary>
sealed class LiveOptions : IOptionsMonitor<ResilientPostgresOptions>, IDisposable
{
    /// <summary>A file watcher fires twice for one change; what is refused again later is another change, and is said again.</summary>
    static readonly TimeSpan _sameChange = TimeSpan.FromSeconds(1);

    readonly IOptionsFactory<ResilientPostgresOptions> _factory;
    readonly TimeProvider _time;
    readonly ILogger? _logger;
    readonly ConcurrentDictionary<string, ResilientPostgresOptions> _current = new();
    readonly ConcurrentDictionary<string, (string Reason, long At)> _refused = new();
    readonly List<IDisposable> _sources = [];
    event Action<ResilientPostgresOptions, string>? Changed;

    public LiveOptions(
        IOptionsFactory<ResilientPostgresOptions> factory,
        IEnumerable<IOptionsChangeTokenSource<ResilientPostgresOptions>> sources,
        TimeProvider time,
        ILoggerFactory? loggers = null)
    {
        (_factory, _time) = (factory, time);
        _logger = loggers?.CreateLogger("ResilientPostgres");
        foreach (var source in sources)
        {
            _sources.Add(ChangeToken.OnChange(source.GetChangeToken, Reload, source.Name ?? Microsoft.Extensions.Options.Options.DefaultName));
        }
    }

    public ResilientPostgresOptions CurrentValue => Get(Microsoft.Extensions.Options.Options.DefaultName);

    /// <exception cref="OptionsValidationException">The first options of this name are not valid.</exception>
    public ResilientPostgresOptions Get(string? name) =>
        _current.GetOrAdd(name ?? Microsoft.Extensions.Options.Options.DefaultName, _factory.Create);

    public IDisposable OnChange(Action<ResilientPostgresOptions, string?> listener)
    {
        void Call(ResilientPostgresOptions options, string name) => listener(options, name);
        Changed += Call;
        return new Subscription(() => Changed -= Call);
    }

    public void Dispose() => _sources.ForEach(static s => s.Dispose());

    void Reload(string name)
    {
        try
        {
            var options = _factory.Create(name);
            _current[name] = options;
            _refused.TryRemove(name, out _);
            Changed?.Invoke(options, name);
        }
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException or FormatException)
        {
            if (!_refused.TryGetValue(name, out var last) || last.Reason != e.Message || _time.GetElapsedTime(last.At) >= _sameChange)
            {
                _refused[name] = (e.Message, _time.GetTimestamp());
                _logger?.SettingsRefused(name, e.Message);
            }
        }
    }

    sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
