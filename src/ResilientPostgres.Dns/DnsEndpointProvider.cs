using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using ResilientPostgres.Dns.Diagnostics;
using ResilientPostgres.Dns.Listing;
using ResilientPostgres.Dns.Lookup;

namespace ResilientPostgres.Dns;

/// <summary>Lists the addresses of all names. A name that fails keeps its last good ones; only if all fail is there no answer.</summary>
sealed class DnsEndpointProvider(DnsEndpointOptions options, INameSource source) : IEndpointProvider
{
    readonly NameList _names = new(options);
    readonly NameLookup _lookup = new(source, options);
    readonly HashSet<string> _failing = new(StringComparer.OrdinalIgnoreCase);
    ImmutableArray<ListedEndpoint> _before = [];
    long? _epoch;

    public string Name => $"DNS ({_names.Summary})";

    public async Task<EndpointListing> ListAsync(EndpointQuery query, CancellationToken cancellationToken)
    {
        var answers = await LookUpAsync(query.Seeds, new LookupPass(query.IsInDoubt, query.Time, _epoch ??= query.Time.GetTimestamp()), cancellationToken).ConfigureAwait(false);
        if (Array.TrueForAll(answers, static a => a.Failure is not null))
        {
            throw new DnsListingException(string.Join("; ", answers.Select(Explain)));
        }

        Tell(answers, query.Logger);
        _before = EndpointMerge.Merge([.. answers.SelectMany(static a => a.Findings)], _before);
        return new EndpointListing(_before)
        {
            ValidFor = answers.Min(static a => a.ValidFor) is var validFor && validFor == TimeSpan.MaxValue ? null : validFor,
            Note = string.Join("; ", answers.Where(static a => a.Failure is not null).Select(Explain)) is { Length: > 0 } note ? note : null,
        };
    }

    /// <summary>All at once; one that hangs costs no more than its own time.</summary>
    Task<NameFindings[]> LookUpAsync(ImmutableArray<Endpoint> seeds, LookupPass pass, CancellationToken cancellationToken) =>
        Task.WhenAll(
        [
            .. _names.Hosts(seeds).Select(h => _lookup.OfHostAsync(h.Origin, h.Host, h.Port, pass, cancellationToken)),
            .. _names.Services.Select(s => _lookup.OfServiceAsync(s, pass, cancellationToken)),
        ]);

    void Tell(NameFindings[] answers, ILogger logger)
    {
        foreach (var answer in answers)
        {
            if (answer.Failure is { } reason)
            {
                if (_failing.Add(answer.Name))
                {
                    logger.NameUnknown(answer.Name, reason, answer.Findings.Length);
                }
            }
            else if (_failing.Remove(answer.Name))
            {
                logger.NameKnownAgain(answer.Name, answer.Findings.Length);
            }
        }
    }

    static string Explain(NameFindings answer) => $"{answer.Name}: {answer.Failure}";
}
