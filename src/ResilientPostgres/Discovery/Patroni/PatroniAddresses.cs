using System.Collections.Immutable;

namespace ResilientPostgres.Discovery;

/// <summary>Whom to ask: those that were given, those that an answer named, and first of all whoever answered last.</summary>
sealed class PatroniAddresses(PatroniOptions options)
{
    const int Most = 16;

    readonly ImmutableArray<Uri> _given = [.. options.Urls.Select(Interface).Distinct()];
    readonly bool _learns = options.AsksLearntMembers;
    ImmutableArray<Uri> _learnt = [];
    Uri? _last;

    public ImmutableArray<Uri> All(ImmutableArray<Endpoint> seeds)
    {
        ImmutableArray<Uri> given = _given.IsEmpty ? [.. seeds.Select(OfHost)] : _given;
        return [.. given.Concat(_learnt).Distinct().OrderByDescending(a => a == _last).Take(Most)];
    }

    public void Answered(Uri by, PatroniAnswer answer)
    {
        _last = by;
        _learnt = _learns ? [.. answer.Members.Select(static m => m.Api).OfType<Uri>().Where(a => a.Scheme == by.Scheme)] : [];
    }

    static Uri OfHost(Endpoint seed) => new UriBuilder(Uri.UriSchemeHttp, seed.Host, PatroniOptions.DefaultPort).Uri;

    /// <summary>What is asked for is added behind the last slash.</summary>
    static Uri Interface(Uri url) => url.AbsolutePath.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
}
