using Microsoft.Extensions.Logging;
using ResilientPostgres.Monitoring;

namespace ResilientPostgres.Passwords;

/// <summary>The provider, limited in time.</summary>
sealed class PasswordSupply(
    Func<PasswordRequest, CancellationToken, ValueTask<string>> provider, PasswordProviderOptions options, MonotonicClock clock, ILogger logger)
{
    /// <summary>A secret store that hangs must not hold the next request for ever.</summary>
    static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    public PasswordProviderOptions Options => options;

    public ILogger Logger => logger;

    public TimeSpan Now => clock.Now;

    public async Task<string> AskAsync(PasswordRequest request)
    {
        using var limit = new CancellationTokenSource(_limit, clock.Time);
        var password = await provider(request, limit.Token).AsTask().WaitAsync(_limit, clock.Time).ConfigureAwait(false);
        return string.IsNullOrEmpty(password) ? throw new InvalidOperationException("It returned an empty password.") : password;
    }
}
