using Blog;
using Blog.Stores;
using ResilientPostgres;

if (CommandLine.Parse(args) is not { } line)
{
    Console.Error.WriteLine(CommandLine.Help);
    return 2;
}

await using var backend = line.IsResilient
    ? Backend.OverResilientPostgres(new ResilientDataSourceBuilder(line.ConnectionString).Build())
    : Backend.OverNpgsql(line.ConnectionString);

// No standby that is read from is further behind than MaxReplicationLag.
Func<Task> settle = line.IsResilient ? static () => Task.Delay(new ResilientPostgresOptions().MaxReplicationLag) : static () => Task.CompletedTask;
var results = new List<IReadOnlyList<string>>();
foreach (IStore store in new[] { backend.Ef, backend.Dapper })
{
    await backend.RecreateAsync();
    results.Add(await new Script(store, settle).PlayAsync());
}

foreach (var text in results[0])
{
    Console.WriteLine(text);
}

var isSame = results[0].SequenceEqual(results[1]);
Console.Error.WriteLine($"EF Core and Dapper read {(isSame ? "the same" : "different things")}: {results[0].Count} results each.");
return isSame ? 0 : 1;
