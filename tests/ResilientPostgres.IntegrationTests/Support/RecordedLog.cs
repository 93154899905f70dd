using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ResilientPostgres.IntegrationTests.Support;

/// <summary>Keeps the library's log lines, and shows them in the test's output.</summary>
sealed class RecordedLog : ILoggerFactory, ILogger
{
    readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    internal ConcurrentQueue<(int Id, string Text)> Lines { get; } = new();

    internal int Count(int id) => Lines.Count(l => l.Id == id);

    public ILogger CreateLogger(string categoryName) => categoryName == "ResilientPostgres" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        Lines.Enqueue((eventId.Id, text));
        try
        {
            _output?.WriteLine($"{DateTime.Now:HH:mm:ss.fff} {logLevel} {eventId.Id} {text} {exception?.Message}");
        }
        catch (InvalidOperationException)
        {
            // The test has ended; what comes in now belongs to nobody.
        }
    }

    public void Dispose()
    {
    }
}
