using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Tests.Options;

/// <summary>What follows from a pooler for sessions, and what is said of it.</summary>
public sealed class PoolerSettingsTests
{
    const string Text = "Host=a,b;Database=blog;Username=app;Maximum Pool Size=10";

    [Fact]
    public void Transactions_LeaveNothingInSessions()
    {
        var settings = Freeze(PoolerKinds.PgBouncerTransaction);
        var endpoint = settings.Endpoints[0];

        Assert.True(settings.ForEndpoint(endpoint).NoResetOnClose);
        Assert.Equal(0, settings.ForEndpoint(endpoint).MaxAutoPrepare);
        Assert.Equal(0, settings.ForStatements(endpoint, isPooled: false)!.MaxAutoPrepare);
        Assert.False(settings.CanPrepare);
        Assert.False(settings.IsSplitByPgpool);
    }

    [Theory]
    [InlineData(PoolerKinds.None, 100)]
    [InlineData(PoolerKinds.Pgpool, 0)]
    [InlineData(PoolerKinds.PgBouncerSession, 0)]
    public void Sessions_AreResetElsewhere(PoolerKinds kinds, int prepared)
    {
        var settings = Freeze(kinds);

        Assert.False(settings.ForEndpoint(settings.Endpoints[0]).NoResetOnClose);
        Assert.Equal(prepared, settings.ForStatements(settings.Endpoints[0], isPooled: false)!.MaxAutoPrepare);
        Assert.True(settings.CanPrepare);
        Assert.Equal(kinds == PoolerKinds.Pgpool, settings.IsSplitByPgpool);
        Assert.Equal(kinds != PoolerKinds.Pgpool, settings.Commits.FencesOrphans);
    }

    [Fact]
    public void Prepared_IfSaid()
    {
        var settings = Freeze(PoolerKinds.PgBouncerTransaction, static o => o.StatementRouting.PreparedStatements = 7);

        Assert.Equal(7, settings.ForStatements(settings.Endpoints[0], isPooled: false)!.MaxAutoPrepare);
        Assert.True(settings.CanPrepare);
    }

    [Fact]
    public void Backends_AreEndpointsThatAreNeverWrittenTo()
    {
        var settings = Freeze(PoolerKinds.Pgpool, static o =>
        {
            o.Backends = "pg-a, pg-b:5433";
            o.Endpoints.Add(new EndpointOptions { Host = "pg-a", Weight = 3 });
        });

        Assert.Equal(["a:5432", "b:5432", "pg-a:5432", "pg-b:5433"], settings.Endpoints.Select(static e => e.Name));
        Assert.All(settings.Endpoints.Skip(2), static e => Assert.True(e is { IsBackend: true, CanBecomePrimary: false }));
        Assert.All(settings.Endpoints.Take(2), static e => Assert.True(e is { IsBackend: false, CanBecomePrimary: true }));
        Assert.Equal(3, settings.Endpoints[2].Weight);
        Assert.False(settings.IsSplitByPgpool);
        Assert.Equal(100, settings.ForStatements(settings.Endpoints[2], isPooled: false)!.MaxAutoPrepare);
    }

    [Fact]
    public void NotPassedOn_IsSaid()
    {
        var settings = Freeze(PoolerKinds.PgBouncerSession, static o => o.ConnectionString += ";Search Path=blog;Options=-c jit=off");

        Assert.Contains(settings.Notices, static n => n.Contains("Search Path = blog", StringComparison.Ordinal) && n.Contains("ignore_startup_parameters", StringComparison.Ordinal));
        Assert.Contains(settings.Notices, static n => n.Contains("Options = -c jit=off", StringComparison.Ordinal));
        Assert.Empty(Freeze(PoolerKinds.Pgpool, static o => o.ConnectionString += ";Search Path=blog").Notices);
    }

    [Fact]
    public async Task Section_NamesOneBehindTheOther()
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Postgres:ConnectionString"] = Text,
            ["Postgres:Pooler"] = "PgBouncerTransaction, Pgpool",
            ["Postgres:Backends"] = "pg-a",
        }).Build().GetSection("Postgres");
        await using var provider = new ServiceCollection().AddResilientPostgres(section).Services.BuildServiceProvider();
        var bound = provider.GetRequiredService<IOptionsMonitor<ResilientPostgresOptions>>().Get("postgres");

        Assert.Equal((PoolerKinds.PgBouncerTransaction | PoolerKinds.Pgpool, "pg-a"), (bound.Pooler, bound.Backends));
    }

    [Fact]
    public async Task Shortcuts_Add()
    {
        await using var provider = new ServiceCollection().AddResilientPostgres(Text).UsePgBouncer(PgBouncerMode.Session).UsePgpool("pg-a").Services.BuildServiceProvider();
        var said = provider.GetRequiredService<IOptionsMonitor<ResilientPostgresOptions>>().Get("postgres");

        Assert.Equal((PoolerKinds.PgBouncerSession | PoolerKinds.Pgpool, "pg-a"), (said.Pooler, said.Backends));
        var builder = new ResilientDataSourceBuilder(Text).UsePgBouncer().UsePgpool();
        Assert.Equal(PoolerKinds.PgBouncerTransaction | PoolerKinds.Pgpool, builder.Options.Pooler);
    }

    [Fact]
    public void UnknownMode_IsRefusedWhereItIsSaid()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResilientDataSourceBuilder(Text).UsePgBouncer((PgBouncerMode)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection().AddResilientPostgres(Text).UsePgBouncer((PgBouncerMode)9));
    }

    static ResilientSettings Freeze(PoolerKinds kinds, Action<ResilientPostgresOptions>? configure = null)
    {
        var options = new ResilientPostgresOptions { ConnectionString = Text, Pooler = kinds };
        configure?.Invoke(options);
        return OptionsCheck.Freeze("test", options);
    }
}
