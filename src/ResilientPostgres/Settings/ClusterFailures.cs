using Microsoft.Extensions.Options;

namespace ResilientPostgres.Settings;

/// <summary>Says of which cluster a failure is: with two of them nobody would know.</summary>
static class ClusterFailures
{
    public static ValidateOptionsResult Named(ValidateOptionsResult result, string? cluster, ResilientPostgresOptions options) =>
        result.Failed ? ValidateOptionsResult.Fail(result.Failures.Select(f => Named(f, cluster, options))) : result;

    public static string Named(string failure, string? cluster, ResilientPostgresOptions? options = null) =>
        options?.Section is { } section ? $"Cluster '{cluster}' (section {section.Path}): {failure}" : $"Cluster '{cluster}': {failure}";
}
