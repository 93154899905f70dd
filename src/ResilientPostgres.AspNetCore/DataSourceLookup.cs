using Microsoft.Extensions.DependencyInjection;

namespace ResilientPostgres.AspNetCore;

/// <summary>Finds what <c>AddResilientPostgres</c> has registered.</summary>
static class DataSourceLookup
{
    public static ResilientDataSource Find(IServiceProvider provider, string? name)
    {
        var found = name is null ? provider.GetService<ResilientDataSource>() : provider.GetKeyedService<ResilientDataSource>(name);
        return found ?? throw new InvalidOperationException(name is null
            ? "No cluster is registered without a name. Call services.AddResilientPostgres(…), or name one of those that are."
            : $"No cluster named '{name}' is registered. Call services.AddResilientPostgres(\"{name}\", …).");
    }
}
