using System.Collections.Immutable;
using ResilientPostgres.Dns.Listing;
using ResilientPostgres.Dns.Lookup;

namespace ResilientPostgres.Dns;

/// <summary>Resolves one name of the list, within its time.</summary>
sealed class NameLookup(INameSource source, DnsEndpointOptions options)
{
    readonly HostResolver _hosts = new(source, options, SearchList.Of(options));
    readonly ServiceResolver _services = new(source, options, SearchList.Of(options));

    public async Task<NameFindings> OfHostAsync(Origin origin, string host, int port, LookupPass pass, CancellationToken cancellationToken)
    {
        if (!HostName.IsValid(host))
        {
            return new NameFindings(host, [new Finding(origin, host, host, port, null)], TimeSpan.MaxValue, null);
        }

        var resolved = await ResolveAsync(host, pass, cancellationToken).ConfigureAwait(false);
        return new NameFindings(host, [.. (resolved.Value?.All ?? []).Select(a => new Finding(origin, host, host, port, a))], resolved.ValidFor, resolved.Failure);
    }

    public async Task<NameFindings> OfServiceAsync(string service, LookupPass pass, CancellationToken cancellationToken)
    {
        var resolved = await WithinAsync(
            token => _services.ResolveAsync(service, pass, token), reason => _services.GiveUp(service, reason), pass, cancellationToken).ConfigureAwait(false);
        var targets = resolved.Value?.All ?? [];
        var found = await Task.WhenAll(targets.Select(t => OfTargetAsync(service, t, Weights.Of(t, targets), pass, cancellationToken))).ConfigureAwait(false);
        var failure = resolved.Failure ?? found.Select(static f => f.Failure).FirstOrDefault(static f => f is not null);
        return new NameFindings(service, [.. found.SelectMany(static f => f.Findings)], found.Select(static f => f.ValidFor).Append(resolved.ValidFor).Min(), failure);
    }

    async Task<NameFindings> OfTargetAsync(string service, ServiceTarget target, int weight, LookupPass pass, CancellationToken cancellationToken)
    {
        // The target is a full name, and found as such.
        var resolved = await ResolveAsync(target.Host + ".", pass, cancellationToken).ConfigureAwait(false);
        ImmutableArray<Finding> findings = [.. (resolved.Value?.All ?? []).Select(a => new Finding(Origin.Service, service, target.Host, target.Port, a, weight))];
        return new NameFindings(service, findings, resolved.ValidFor, resolved.Failure is null ? null : $"{target.Host}: {resolved.Failure}");
    }

    Task<Resolved<HostAddresses>> ResolveAsync(string host, LookupPass pass, CancellationToken cancellationToken) =>
        WithinAsync(token => _hosts.ResolveAsync(host, pass, token), reason => _hosts.GiveUp(host, reason), pass, cancellationToken);

    async Task<Resolved<T>> WithinAsync<T>(
        Func<CancellationToken, Task<Resolved<T>>> resolve, Func<string, Resolved<T>> giveUp, LookupPass pass, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(options.NameTimeout, pass.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await resolve(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return giveUp($"no answer within {options.NameTimeout.TotalSeconds:0.#} s (NameTimeout)");
        }
    }
}
