namespace ResilientPostgres.Dns.Lookup;

/// <summary>The targets of SRV names; the last good ones kept.</summary>
sealed class ServiceResolver(INameSource source, DnsEndpointOptions options, SearchList search)
{
    readonly NameMemory<ServiceTargets> _memory = new();
    readonly Lifetime _lifetime = new(options);

    public async Task<Resolved<ServiceTargets>> ResolveAsync(string service, LookupPass pass, CancellationToken cancellationToken)
    {
        if (_memory.Fresh(service, pass) is { } fresh)
        {
            return fresh;
        }

        var failure = "";
        foreach (var name in search.Candidates(service))
        {
            var reply = await source.AskAsync(name, RecordKind.Srv, cancellationToken).ConfigureAwait(false);
            if (reply is { Status: ReplyStatus.Found, Targets.IsEmpty: false })
            {
                var validFor = _lifetime.Of(reply.TimeToLive);
                var found = new ServiceTargets(reply.Targets);
                _memory.Keep(service, found, pass.Now + validFor);
                return new Resolved<ServiceTargets>(found, validFor);
            }

            failure = reply.Reason;
            if (reply.Status == ReplyStatus.Failed)
            {
                break;
            }
        }

        return GiveUp(service, failure);
    }

    public Resolved<ServiceTargets> GiveUp(string service, string reason) => new(_memory.LastGood(service), Lifetime.AfterFailure, reason);
}
