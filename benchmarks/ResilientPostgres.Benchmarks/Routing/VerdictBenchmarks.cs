using BenchmarkDotNet.Attributes;
using ResilientPostgres.Statements;

namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>The cost of a verdict by text alone.</summary>
public class VerdictBenchmarks
{
    const int Calls = 1000;

    /// <summary>About what an object mapper writes: 1 KB of a query.</summary>
    internal const string Long =
        """
        SELECT o.id, o.placed_at, o.status, o.total, c.id AS customer_id, c.name AS customer_name, c.email, coalesce(c.phone, '-') AS phone,
               count(l.id) AS lines, sum(l.quantity * l.price) AS value, max(l.updated_at) AS last_change,
               CASE WHEN o.status = 'shipped' THEN s.carrier ELSE NULL END AS carrier
          FROM sales.orders AS o
          INNER JOIN sales.customers AS c ON c.id = o.customer_id
          LEFT JOIN sales.order_lines AS l ON l.order_id = o.id AND NOT l.is_cancelled
          LEFT JOIN (SELECT order_id, carrier, row_number() OVER (PARTITION BY order_id ORDER BY sent_at DESC) AS n FROM sales.shipments) AS s
                 ON s.order_id = o.id AND s.n = 1
         WHERE o.tenant_id = @tenant AND o.placed_at >= @from AND o.placed_at < @to
           AND (o.status = ANY (@statuses) OR lower(c.name) LIKE @pattern || '%') -- as typed
           AND EXISTS (SELECT 1 FROM sales.payments AS p WHERE p.order_id = o.id AND p.amount > 0)
         GROUP BY o.id, o.placed_at, o.status, o.total, c.id, c.name, c.email, c.phone, s.carrier
        HAVING sum(l.quantity) > 0
         ORDER BY o.placed_at DESC, o.id LIMIT @size OFFSET @skip
        """;

    readonly VerdictCache _cache = new(1000);
    readonly FunctionCatalog _catalog = FunctionCatalog.Empty;
    string _same = "";
    string _equal = "";
    string _equalLong = "";
    string _uncached = "";

    /// <summary>Fills the cache as an application would.</summary>
    [GlobalSetup]
    public void Setup()
    {
        for (var i = 0; i < 200; i++)
        {
            Put(Long[..120] + i);
        }

        _same = Put(Long[..120]);
        _equal = new string(_same);
        _equalLong = new string(Put(Long[..1000]));
        _uncached = Long[..1024];
    }

    /// <summary>The very string that was judged before.</summary>
    /// <returns>Against removal of the work.</returns>
    [Benchmark(OperationsPerInvoke = Calls)]
    public int SameInstance() => Find(_same);

    /// <summary>Another string of the same 120 characters.</summary>
    /// <returns>Against removal of the work.</returns>
    [Benchmark(OperationsPerInvoke = Calls)]
    public int Equal120() => Find(_equal);

    /// <summary>Another string of the same 1,000 characters.</summary>
    /// <returns>Against removal of the work.</returns>
    [Benchmark(OperationsPerInvoke = Calls)]
    public int Equal1000() => Find(_equalLong);

    /// <summary>A statement of 1 KB that was never seen.</summary>
    /// <returns>Against removal of the work.</returns>
    [Benchmark]
    public object Uncached() => StatementClassifier.Classify(_uncached, _catalog);

    string Put(string text)
    {
        _cache.Set(text, StatementClassifier.Classify(text, _catalog));
        return text;
    }

    int Find(string text)
    {
        var sum = 0;
        for (var i = 0; i < Calls; i++)
        {
            sum += (int)_cache.Find(text)!.Kind;
        }

        return sum;
    }
}
