using ResilientPostgres.Settings;


namespace ResilientPostgres.Tests.Options;

/// <summary>How many statements the driver prepares on a session, and who decides.</summary>
public sealed class PreparedStatementsTests
{
    [Theory]
    [InlineData("", null, false, 100, 5)]
    [InlineData(";Max Auto Prepare=7;Auto Prepare Min Usages=2", null, false, 7, 2)]
    [InlineData(";MaxAutoPrepare=0", null, false, 0, 5)]
    [InlineData(";Max Auto Prepare=0", 20, false, 0, 5)]
    [InlineData("", 0, false, 0, 5)]
    [InlineData("", 20, false, 20, 5)]
    [InlineData("", null, true, 0, 5)]
    [InlineData("", 20, true, 20, 5)]
    public void ConnectionStringFirst_ThenTheOption_ThenWhatStandsBetween(string said, int? option, bool isPooled, int most, int uses)
    {
        var settings = Freeze(said, o => o.StatementRouting.PreparedStatements = option);
        var sessions = settings.ForEndpoint(settings.Endpoints[0]);
        var statements = settings.ForStatements(settings.Endpoints[0], isPooled)!;
        var isSaid = said.Length > 0;

        // There it is the library that prepares, one text at a time.
        Assert.Equal(isSaid ? most : 0, sessions.MaxAutoPrepare);
        Assert.Equal(isSaid ? 0 : most, settings.PreparedOn(settings.Endpoints[0], isPooled));
        Assert.Equal((most, uses), (statements.MaxAutoPrepare, statements.AutoPrepareMinUsages));
    }

    [Fact]
    public void PassingThrough_IsPlainNpgsql()
    {
        var settings = Freeze("", static o => o.Mode = RoutingMode.PassThrough);

        Assert.Equal(0, settings.PreparedOn(settings.Endpoints[0], isPooled: false));
    }

    static ResilientSettings Freeze(string said, Action<ResilientPostgresOptions> configure)
    {
        var options = new ResilientPostgresOptions { ConnectionString = "Host=a,b;Username=app" + said };
        configure(options);
        return OptionsCheck.Freeze("test", options);
    }
}
