using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ResilientPostgres;

namespace Snippets;

static class Statements
{
    static async Task Route(ResilientDataSource db, string[] tags, int id)
    {
        await using var connection = db.CreateConnection();                                // or db.CreateCommand(…), db.CreateBatch(), EF Core, Dapper
        var titles = await connection.QueryAsync<string>("SELECT title FROM posts WHERE tag = ANY(@tags)", new { tags });   // a standby
        await connection.ExecuteAsync("UPDATE posts SET views = views + 1 WHERE id = @id", new { id });                      // the primary
        Console.WriteLine(db.ExplainRouting("SELECT title FROM posts"));                    // Read: only reads; PreferStandby -> pg-b:5432 …
        Console.WriteLine(titles.Count());
    }

    static void Rules(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=pg-a,pg-b,pg-c;Database=blog;Username=app")
            .Configure(o =>
            {
                o.Endpoints.Add(new EndpointOptions { Host = "pg-c", Labels = { ["purpose"] = "report" } });
                o.StatementRouting.Rules.Add(new RoutingRuleOptions { Statement = @"\bmonthly_\w+", EndpointLabel = "purpose=report" });
                o.StatementRouting.Rules.Add(new RoutingRuleOptions { Label = "report", EndpointLabel = "purpose=report" });
            });
    }
}
