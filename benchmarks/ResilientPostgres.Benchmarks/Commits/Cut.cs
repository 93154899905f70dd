using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Commits;

/// <summary>One place in the exchange of a commit, and what was told of the transaction that was cut there.</summary>
readonly record struct Cut(ProxyDirection Direction, int After)
{
    /// <summary>Every place in both directions, or so many of them: evenly spread, the first and the last among them.</summary>
    public static List<Cut> Places(int toServer, int toClient, int? most = null)
    {
        var all = Enumerable.Range(0, toServer + 1).Select(static n => new Cut(ProxyDirection.ToServer, n))
            .Concat(Enumerable.Range(0, toClient + 1).Select(static n => new Cut(ProxyDirection.ToClient, n)))
            .ToList();
        return most is not { } limit || limit >= all.Count ? all : [.. Enumerable.Range(0, limit).Select(i => all[(int)((long)i * (all.Count - 1) / (limit - 1))])];
    }
}
