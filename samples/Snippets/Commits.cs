using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ResilientPostgres;

namespace Snippets;

static class Commits
{
    static async Task Order(ResilientDataSource db, int customer, CancellationToken ct)
    {
        var result = await db.TransactAsync(async (tx, token) =>
        {
            await using var insert = tx.CreateCommand("INSERT INTO orders (customer) VALUES ($1) RETURNING id");
            insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = customer });
            return (int)(await insert.ExecuteScalarAsync(token))!;
        }, cancellationToken: ct);
        Console.WriteLine($"order {result.Value}, transaction {result.Commit.Xid}");
    }

    static async Task Account(ResilientDataSource db, Func<ResilientTransaction, CancellationToken, Task> work, CancellationToken ct)
    {
        db.WritesLost += (_, failover) =>
        {
            foreach (var lost in failover.Lost)
            {
                Console.WriteLine($"{lost.Tag} was acknowledged and is lost: {lost.Evidence.Reason}");
            }
        };
        await db.TransactAsync(work, new TransactOptions { Tag = "order 4711" }, ct);
    }

    static void GuardByRow(IServiceCollection services)
    {
        services.AddResilientPostgres("Host=pg-a,pg-b,pg-c;Database=blog;Username=app")
            .Configure(o => o.Commits.Guard = CommitGuard.TokenRow);
    }
}
