using System.Net;
using Microsoft.Extensions.Options;
using ResilientPostgres.Dns.Listing;

namespace ResilientPostgres.Dns.Options;

/// <summary>All rules of the options; each failure names the key, its value and the remedy.</summary>
sealed class DnsOptionsRules : IValidateOptions<DnsEndpointOptions>
{
    const int MostDots = 15;
    const int MostRetries = 10;

    public ValidateOptionsResult Validate(string? name, DnsEndpointOptions options)
    {
        var failures = new List<string>();
        CheckNames(options, failures);
        CheckLimits(options, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    static void CheckNames(DnsEndpointOptions options, List<string> failures)
    {
        if (!options.IncludeHosts && options.Services.Count + options.Primaries.Count + options.Standbys.Count + options.Members.Count == 0)
        {
            failures.Add("IncludeHosts is false, and Services, Primaries and Standbys are empty: nothing would be asked for. Add a name, or leave IncludeHosts true.");
        }

        foreach (var service in options.Services.Where(static s => !HostName.IsValid(s)))
        {
            failures.Add($"Services has '{service}', which is no name. Write one such as _postgresql._tcp.pg.example.");
        }

        CheckHosts(nameof(options.Primaries), options.Primaries, failures);
        CheckHosts(nameof(options.Standbys), options.Standbys, failures);
        CheckHosts("UseCloudNativePg", options.Members, failures);
        foreach (var server in options.NameServers.Where(static s => !IPEndPoint.TryParse(s ?? "", out _)))
        {
            failures.Add($"NameServers has '{server}', which is no address. Write one such as 10.0.0.2 or 10.0.0.2:53.");
        }

        foreach (var domain in (options.SearchDomains ?? []).Where(static d => !HostName.IsValid(d)))
        {
            failures.Add($"SearchDomains has '{domain}', which is no domain. Write one such as svc.cluster.local.");
        }
    }

    static void CheckHosts(string key, IEnumerable<string> hosts, List<string> failures)
    {
        foreach (var host in hosts.Where(static h => HostName.Parse(h) is null))
        {
            failures.Add($"{key} has '{host}', which is no host. Write host or host:port, with a port between 1 and 65535.");
        }
    }

    static void CheckLimits(DnsEndpointOptions options, List<string> failures)
    {
        Within(failures, nameof(options.MinTimeToLive), options.MinTimeToLive, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Within(failures, nameof(options.MaxTimeToLive), options.MaxTimeToLive, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Within(failures, nameof(options.QueryTimeout), options.QueryTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30));
        Within(failures, nameof(options.NameTimeout), options.NameTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Within(failures, nameof(options.Retries), options.Retries, 0, MostRetries);
        Within(failures, nameof(options.DotsOfFullName), options.DotsOfFullName ?? 1, 0, MostDots);
        if (options.MinTimeToLive > options.MaxTimeToLive)
        {
            failures.Add($"MinTimeToLive is {options.MinTimeToLive} and MaxTimeToLive {options.MaxTimeToLive}. Raise the maximum.");
        }

        if (options.QueryTimeout > options.NameTimeout)
        {
            failures.Add($"QueryTimeout is {options.QueryTimeout}, but a name has only NameTimeout, {options.NameTimeout}, in all. Raise that, and Monitoring:DiscoveryTimeout above it.");
        }
    }

    static void Within<T>(List<string> failures, string key, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            failures.Add($"{key} is {value}; it must be between {least} and {most}.");
        }
    }
}
