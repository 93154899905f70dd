namespace ResilientPostgres.Tests.Architecture;

/// <summary>The arrows between the rooms: what each may know. The picture stands in the architecture document.</summary>
static class Rooms
{
    static readonly Dictionary<string, string[]> _mayKnow = new()
    {
        ["DependencyInjection"] = ["Postgres", "Passwords", "Client", "Calls", "Discovery", "Sessions", "Failures", "Routing", "Monitoring", "Resilience", "Topology", "Faults", "Diagnostics", "Endpoints", "Settings", "Options"],
        ["Postgres"] = ["Passwords", "Discovery", "Freshness", "Positions", "Statements", "Commits", "Sessions", "Monitoring", "Topology", "Faults", "Endpoints", "Settings", "Diagnostics"],
        ["Client"] = ["Discovery", "Freshness", "Positions", "Commands", "Upkeep", "Calls", "Statements", "Commits", "Sessions", "Failures", "Routing", "Monitoring", "Topology", "Faults", "Endpoints", "Settings", "Options", "Diagnostics"],
        ["Passwords"] = ["Monitoring", "Faults", "Endpoints", "Settings", "Options", "Diagnostics"],
        ["Commands"] = ["Calls", "Freshness", "Positions", "Topology", "Statements", "Sessions", "Routing", "Monitoring", "Faults", "Options"],
        ["Upkeep"] = ["Calls", "Sessions", "Monitoring", "Routing", "Topology", "Faults", "Failures", "Endpoints", "Diagnostics"],
        ["Calls"] = ["Discovery", "Freshness", "Positions", "Statements", "Commits", "Sessions", "Failures", "Routing", "Monitoring", "Resilience", "Topology", "Faults", "Endpoints", "Settings", "Options", "Diagnostics"],
        ["Freshness"] = ["Routing", "Monitoring", "Topology", "Positions", "Endpoints", "Settings", "Options", "Diagnostics"],
        ["Sessions"] = ["Monitoring", "Topology", "Faults", "Endpoints"],
        ["Routing"] = ["Positions", "Topology", "Endpoints", "Settings", "Options"],
        ["Discovery"] = ["Monitoring", "Topology", "Endpoints", "Settings", "Diagnostics"],
        ["Monitoring"] = ["Positions", "Topology", "Faults", "Endpoints", "Settings", "Options", "Diagnostics"],
        ["Commits"] = ["Positions", "Topology", "Endpoints"],
        ["Failures"] = ["Commits", "Routing", "Topology", "Faults", "Endpoints"],
        ["Resilience"] = ["Faults", "Endpoints", "Settings"],
        ["Topology"] = ["Positions", "Endpoints", "Options"],
        ["Faults"] = [],
        ["Statements"] = ["Endpoints", "Settings", "Options"],
        ["Diagnostics"] = [],
        ["Positions"] = ["Endpoints"],
        ["Settings"] = ["Options", "Positions", "Endpoints"],
        ["Options"] = ["Positions"],
        ["Endpoints"] = [],
    };

    public static IEnumerable<string> Names => _mayKnow.Keys;

    /// <summary>One line for each mention of a type from a room that may not be known.</summary>
    public static List<string> Violations(IReadOnlyList<SourceFile> files)
    {
        var home = new Dictionary<string, SourceFile>();
        foreach (var file in files)
        {
            // The class that goes by the name of Npgsql's, for Dapper, is mentioned by nobody but its maker.
            foreach (var type in file.Declared.Where(static t => t != "NpgsqlConnection"))
            {
                home.TryAdd(type, file);
            }
        }

        return [.. from file in files
            from name in file.TypeMentions
            where home.TryGetValue(name, out var other) && !IsAllowed(file, name, other)
            orderby file.Path, name
            select $"{file.Path} knows {name} of {home[name].Room}"];
    }

    static bool IsAllowed(SourceFile file, string name, SourceFile declaredIn) =>
        file.Room == declaredIn.Room
        || !_mayKnow.TryGetValue(file.Room, out var known)
        || known.Contains(declaredIn.Room)
        || IsException(file.Room, name, declaredIn);

    /// <summary>Values that travel: the endpoint in an exception, the public snapshot in a gauge.</summary>
    static bool IsException(string room, string name, SourceFile declaredIn) => room switch
    {
        "Faults" => name == "Endpoint",
        "Diagnostics" => declaredIn.Room is "Topology" or "Routing" or "Faults" or "Commits" or "Options" or "Endpoints" && declaredIn.Public.Contains(name),
        _ => false,
    };
}
