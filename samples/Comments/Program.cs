using Comments;
using Microsoft.AspNetCore.DataProtection;

// dotnet run --project samples/Comments -- --Postgres:ConnectionString="Host=…" --Keys=DIRECTORY [--Consistency=false] [--EndsWithInput=true]
// The table: CREATE TABLE comments (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddResilientPostgres(builder.Configuration.GetSection("Postgres"));
builder.Services.AddSingleton<CommentStore>();
builder.Services.AddHealthChecks().AddResilientPostgres();

// All instances must share these, or none can read the other's cookies.
var protection = builder.Services.AddDataProtection().SetApplicationName("comments");
if (builder.Configuration["Keys"] is { } keys)
{
    protection.PersistKeysToFileSystem(new DirectoryInfo(keys));
}

builder.Services.AddResilientPostgresConsistency();
await using var app = builder.Build();
if (builder.Configuration.GetValue("Consistency", true))
{
    app.UseResilientPostgresConsistency();
}

app.MapPost("/comments", async (Draft draft, CommentStore store, CancellationToken ct) =>
{
    var id = await store.AddAsync(draft.Text, ct);
    return Results.Created($"/comments/{id}", id);
});
app.MapGet("/comments/{id:long}", async (long id, CommentStore store, CancellationToken ct) =>
    await store.FindAsync(id, ct) is { } comment ? Results.Ok(comment) : Results.NotFound());
app.MapResilientPostgresHealth("/health/postgres");
app.MapHealthChecks("/health");

// For whoever starts instances and must not leave any behind.
if (builder.Configuration.GetValue("EndsWithInput", false))
{
    _ = Task.Run(async () =>
    {
        await Console.In.ReadToEndAsync();
        app.Lifetime.StopApplication();
    });
}

await app.RunAsync();
