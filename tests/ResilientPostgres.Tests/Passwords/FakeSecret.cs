using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Passwords;

namespace ResilientPostgres.Tests.Passwords;

/// <summary>A provider that counts, and can be made to wait or fail.</summary>
sealed class FakeSecret
{
    public FakeTimeProvider Time { get; } = new();

    public ConcurrentQueue<PasswordRequest> Requests { get; } = new();

    /// <summary>What a call waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Func<int, string> Give { get; set; } = static n => $"p{n}";

    public PasswordBook Book(PasswordProviderOptions? options = null) =>
        new(new PasswordSupply(ProvideAsync, options ?? new PasswordProviderOptions(), new MonotonicClock(Time), NullLogger.Instance));

    public EndpointPassword Password(PasswordProviderOptions? options = null) => Book(options).For(new Endpoint("a"), "app");

    async ValueTask<string> ProvideAsync(PasswordRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        var number = Requests.Count;
        await Gate;
        return Give(number);
    }
}
