using System.Collections.Immutable;

namespace ResilientPostgres.Dns.Lookup;

/// <summary>How a short name is completed, as the system's resolver does it.</summary>
/// <param name="Domains">Tried in this order.</param>
/// <param name="Dots">From so many dots on a name is first tried as it is.</param>
sealed record SearchList(ImmutableArray<string> Domains, int Dots)
{
    const string File = "/etc/resolv.conf";

    public static SearchList Of(DnsEndpointOptions options)
    {
        var ofSystem = options is { NameServers.Count: 0 } && !OperatingSystem.IsWindows() ? Read() : new SearchList([], 1);
        return new SearchList(options.SearchDomains is { } domains ? [.. domains.Select(static d => d.Trim('.'))] : ofSystem.Domains, options.DotsOfFullName ?? ofSystem.Dots);
    }

    /// <summary>The full names to ask for, in order, each with its last dot.</summary>
    public IEnumerable<string> Candidates(string name)
    {
        if (name.EndsWith('.') || Domains.IsEmpty)
        {
            return [name.TrimEnd('.') + "."];
        }

        var completed = Domains.Select(domain => $"{name}.{domain}.");
        return name.Count(static c => c == '.') >= Dots ? [name + ".", .. completed] : [.. completed, name + "."];
    }

    public static SearchList Parse(IEnumerable<string> lines)
    {
        var list = new SearchList([], 1);
        foreach (var words in lines.Select(static l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        {
            list = words switch
            {
                ["search" or "domain", .. var domains] => list with { Domains = [.. domains.Select(static d => d.Trim('.')).Where(static d => d.Length > 0)] },
                ["options", .. var options] => list with { Dots = DotsOf(options) ?? list.Dots },
                _ => list,
            };
        }

        return list;
    }

    static SearchList Read()
    {
        try
        {
            return Parse(System.IO.File.ReadLines(File));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new SearchList([], 1);
        }
    }

    static int? DotsOf(string[] options)
    {
        const string Key = "ndots:";
        return options.LastOrDefault(static o => o.StartsWith(Key, StringComparison.Ordinal)) is { } option && int.TryParse(option.AsSpan(Key.Length), out var dots) ? dots : null;
    }
}
