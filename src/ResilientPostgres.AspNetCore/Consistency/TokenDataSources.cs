using Microsoft.Extensions.Options;

namespace ResilientPostgres.AspNetCore.Consistency;

/// <summary>The data sources whose tokens travel.</summary>
sealed class TokenDataSources(IServiceProvider provider, IOptions<ResilientConsistencyOptions> options)
{
    public IReadOnlyList<ResilientDataSource> All { get; } = options.Value.DataSources is { Count: > 0 } names
        ? [.. names.Distinct().Select(name => DataSourceLookup.Find(provider, name))]
        : [DataSourceLookup.Find(provider, null)];
}
