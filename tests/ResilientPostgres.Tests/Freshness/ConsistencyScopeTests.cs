namespace ResilientPostgres.Tests.Freshness;

public sealed class ConsistencyScopeTests
{
    [Fact]
    public async Task Scope_FlowsWithCalls_AndNoFurther()
    {
        Assert.Null(ConsistencyScope.Current);
        using (var scope = ConsistencyScope.Begin())
        {
            await Task.Yield();
            Assert.Same(scope, ConsistencyScope.Current);
            await Task.Run(() => Assert.Same(scope, ConsistencyScope.Current), TestContext.Current.CancellationToken);
        }

        Assert.Null(ConsistencyScope.Current);
    }

    [Fact]
    public async Task Scope_OpenedInACall_EndsWithIt()
    {
        static async Task Inner()
        {
            ConsistencyScope.Begin();
            await Task.Yield();
            Assert.NotNull(ConsistencyScope.Current);
        }

        await Inner();
        Assert.Null(ConsistencyScope.Current);
    }

    [Fact]
    public async Task Scope_ThatIsOver_IsNobodys_ThoughWorkGoesOn()
    {
        var outer = ConsistencyScope.Begin();
        var inner = ConsistencyScope.Begin();
        var release = new TaskCompletionSource();
        var later = Task.Run(
            async () =>
            {
                await release.Task;
                return ConsistencyScope.Current;
            },
            TestContext.Current.CancellationToken);
        inner.Dispose();
        Assert.Same(outer, ConsistencyScope.Current);
        release.SetResult();

        Assert.Same(outer, await later);
        outer.Dispose();
        inner.Dispose();
        Assert.Null(ConsistencyScope.Current);
    }

    [Fact]
    public void Scopes_EndedOutOfOrder_LeaveNothing()
    {
        var outer = ConsistencyScope.Begin();
        var inner = ConsistencyScope.Begin();
        outer.Dispose();
        Assert.Same(inner, ConsistencyScope.Current);
        inner.Dispose();

        Assert.Null(ConsistencyScope.Current);
    }
}
