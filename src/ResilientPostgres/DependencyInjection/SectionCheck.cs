using Microsoft.Extensions.Configuration;
using ResilientPostgres.Endpoints;

namespace ResilientPostgres.DependencyInjection;

/// <summary>Compares a section with the options, down to the last list: the binder would pass over what it does not know.</summary>
sealed class SectionCheck(IConfigurationSection root)
{
    readonly List<string> _failures = [];
    readonly HashSet<string> _refused = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<string> Failures => _failures;

    /// <summary>The section without what can't be bound.</summary>
    public IConfiguration Good { get; private set; } = root;

    public static SectionCheck Of(IConfigurationSection section)
    {
        var check = new SectionCheck(section);
        check.Look(section, typeof(ResilientPostgresOptions));
        if (check._refused.Count > 0)
        {
            check.Good = new ConfigurationBuilder()
                .AddInMemoryCollection(section.AsEnumerable(makePathsRelative: true).Where(p => p.Value is not null && !check._refused.Contains(p.Key)))
                .Build();
        }

        return check;
    }

    void Look(IConfigurationSection section, Type type)
    {
        if (SectionShapes.Of(type) is { } properties)
        {
            NotOneValue(section, $"is a section: write its keys, as in {KeyOf(section, properties[0].Name)}");
            foreach (var child in section.GetChildren())
            {
                if (properties.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } property)
                {
                    Look(child, property.PropertyType);
                }
                else
                {
                    Unknown(child, [.. properties.Select(static p => p.Name)]);
                }
            }
        }
        else if (SectionShapes.ItemOf(type) is { } item)
        {
            NotOneValue(section, type.GetGenericArguments().Length > 1
                ? $"has names: write one of them with its value, as in {KeyOf(section, "zone")}"
                : $"is a list: write its first entry to {KeyOf(section, "0")}{(SectionShapes.Of(item) is { } keys ? $":{keys[0].Name}" : "")}");
            foreach (var child in section.GetChildren())
            {
                Look(child, item);
            }
        }
        else
        {
            OneValue(section, type);
        }
    }

    void NotOneValue(IConfigurationSection section, string what)
    {
        // An empty one is how an empty section or list is written. The value itself is not shown: it may be a whole connection string.
        if (!string.IsNullOrEmpty(section.Value))
        {
            Refuse(section, $"is one value, but it {what}.");
        }
    }

    void OneValue(IConfigurationSection section, Type type)
    {
        if (section.GetChildren().FirstOrDefault() is { } child)
        {
            Refuse(section, $"has {child.Key} below it, but it is one value. Write it to {KeyOf(section)} itself.");
        }
        else if (section.Value is { } value && SectionValue.Remedy(type, value) is { } remedy)
        {
            Refuse(section, $"is {Secrecy.Quote(value)}; it must be {remedy}.");
        }
    }

    void Unknown(IConfigurationSection section, string[] known)
    {
        // Without its value, which may be a whole connection string.
        var meant = NearestKey.Of(section.Key, known) is { } nearest ? nearest : $"one of: {string.Join(", ", known)}";
        Refuse(section, $"is no option. Remove it, or write {meant}.");
    }

    void Refuse(IConfigurationSection section, string why)
    {
        _failures.Add($"{(section == root ? "The section itself" : KeyOf(section))} {why}");
        _refused.Add(KeyOf(section));
    }

    string KeyOf(IConfigurationSection section, string? below = null)
    {
        var key = section == root ? "" : section.Path[(root.Path.Length + 1)..];
        return below is null ? key : key.Length == 0 ? below : $"{key}:{below}";
    }
}
