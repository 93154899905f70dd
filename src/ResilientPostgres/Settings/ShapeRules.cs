using System.Globalization;
using ResilientPostgres.Endpoints;

namespace ResilientPostgres.Settings;

/// <summary>Whether all parts are there, and each by itself makes sense.</summary>
static class ShapeRules
{
    /// <summary>Of an endpoint, whoever says it.</summary>
    public const int MostWeight = 1000;

    /// <returns>False if parts are missing, so that nothing further can be checked.</returns>
    public static bool Check(ResilientPostgresOptions options, List<string> failures)
    {
        OneOf(failures, "Mode", options.Mode);
        OneOf(failures, "SplitBrain", options.SplitBrain);
        OneOf(failures, "ReadPreference", options.ReadPreference ?? default);
        var before = failures.Count;
        There(failures, "Retry", options.Retry);
        There(failures, "CircuitBreaker", options.CircuitBreaker);
        There(failures, "Hedging", options.Hedging);
        There(failures, "Commits", options.Commits);
        There(failures, "StatementRouting", options.StatementRouting);
        There(failures, "Monitoring", options.Monitoring);
        There(failures, "Consistency", options.Consistency);
        There(failures, "Affinity", options.Affinity);
        if (options.Affinity?.Label is { } label && EndpointLabel.Parse(label) is null)
        {
            failures.Add($"Affinity:Label is '{label}'; it must be key=value, as in zone=eu-west-1a.");
        }

        OneOf(failures, "Consistency:Level", options.Consistency?.Level ?? default);
        for (var i = 0; i < options.Endpoints.Count; i++)
        {
            Check(options.Endpoints[i], string.Create(CultureInfo.InvariantCulture, $"Endpoints:{i}"), failures);
        }

        return failures.Count == before;
    }

    public static void OneOf<T>(List<string> failures, string key, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            failures.Add($"{key} is {value:D}; it must be one of {string.Join(", ", Enum.GetNames<T>())}.");
        }
    }

    static void There(List<string> failures, string key, object? part)
    {
        if (part is null)
        {
            failures.Add($"{key} is null; leave it as it is, or set one with the values that are to differ from the defaults.");
        }
    }

    static void Check(EndpointOptions? endpoint, string key, List<string> failures)
    {
        if (endpoint is null)
        {
            failures.Add($"{key} is null; describe a server, or remove the entry.");
            return;
        }

        if (string.IsNullOrWhiteSpace(endpoint.Host) || HostList.IsNoHost(endpoint.Host))
        {
            failures.Add($"{key}:Host is {Secrecy.Quote(endpoint.Host)}; it must be a host name or address, as in a connection string.");
        }
        else if (endpoint.Host.Contains(',', StringComparison.Ordinal) || IsWithPort(endpoint.Host))
        {
            failures.Add($"{key}:Host is '{endpoint.Host}'; it must be one host. Write its port to {key}:Port, and each server as an entry of its own.");
        }

        SpanRules.Within(failures, $"{key}:Port", endpoint.Port, 1, 65535);
        SpanRules.Within(failures, $"{key}:Weight", endpoint.Weight, 0, MostWeight);
        There(failures, $"{key}:Labels", endpoint.Labels);
    }

    // A bare IPv6 address has more than one colon, and a folder may have any.
    static bool IsWithPort(string host) => host[0] != '/' && host.IndexOf(':', StringComparison.Ordinal) is > 0 and var at && host.LastIndexOf(':') == at;
}
