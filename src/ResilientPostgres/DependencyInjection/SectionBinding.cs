using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using ResilientPostgres.Options;

namespace ResilientPostgres.DependencyInjection;

/// <summary>Binds a section to the options of one cluster. What can't be bound goes with them, for the rules to say it with all else.</summary>
sealed class SectionBinding(string name, IConfigurationSection section) : IConfigureNamedOptions<ResilientPostgresOptions>
{
    public void Configure(ResilientPostgresOptions options) => Configure(Microsoft.Extensions.Options.Options.DefaultName, options);

    public void Configure(string? optionsName, ResilientPostgresOptions options)
    {
        if (optionsName != name)
        {
            return;
        }

        var check = SectionCheck.Of(section);
        options.Section = new SectionFindings(section.Path, !section.Exists(), check.Failures);
        check.Good.Bind(options);
    }
}
