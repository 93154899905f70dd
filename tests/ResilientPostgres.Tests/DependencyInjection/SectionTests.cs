using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ResilientPostgres.DependencyInjection;

namespace ResilientPostgres.Tests.DependencyInjection;

/// <summary>What stands in a section is bound, or refused: nothing is passed over.</summary>
public sealed class SectionTests
{
    [Theory]
    [InlineData("StatementRouting:Rules:0:Statment", "monthly", "StatementRouting:Rules:0:Statment is no option", "write Statement.")]
    [InlineData("StatementRouting:Rule", "x", "StatementRouting:Rule is no option", "Rules")]
    [InlineData("Endpoints:0:Wieght", "1", "Endpoints:0:Wieght is no option", "Weight")]
    [InlineData("Endpoints", "pg-a", "Endpoints is one value", "Endpoints:0:Host")]
    [InlineData("Endpoints:0", "pg-a", "Endpoints:0 is one value", "Endpoints:0:Host")]
    [InlineData("Endpoints:0:Labels", "x", "Endpoints:0:Labels is one value", "Endpoints:0:Labels:zone")]
    [InlineData("Retry", "5", "Retry is one value", "Retry:MaxRetries")]
    [InlineData("StatementRouting:ReadOnlyFunctions", "f", "StatementRouting:ReadOnlyFunctions is one value", "StatementRouting:ReadOnlyFunctions:0")]
    [InlineData("StatementRouting:ReadOnlyFunctions:0:Name", "f", "StatementRouting:ReadOnlyFunctions:0 has Name below it", "one value")]
    [InlineData("TotalTimeout:Seconds", "5", "TotalTimeout has Seconds below it", "one value")]
    [InlineData("", "Host=pg-a", "The section itself is one value", "as in ConnectionString")]
    [InlineData("Mode", "Ful", "Mode is 'Ful'", "one of PassThrough, Observe, PrimaryOnly, Full")]
    [InlineData("Pooler", "Bouncer", "Pooler is 'Bouncer'", "one or more of Pgpool, PgBouncerSession, PgBouncerTransaction with a comma")]
    [InlineData("MaxReplicationLag", "2s", "MaxReplicationLag is '2s'", "00:00:30")]
    [InlineData("Hedging:Enabled", "yes", "Hedging:Enabled is 'yes'", "true or false")]
    [InlineData("Hedging:Delay", "5ms", "Hedging:Delay is '5ms'", "00:00:30")]
    [InlineData("Retry:MaxRetries", "many", "Retry:MaxRetries is 'many'", "whole number")]
    [InlineData("MaxReplicationLagBytes", "1 MB", "MaxReplicationLagBytes is '1 MB'", "whole number")]
    [InlineData("Retry:BudgetRatio", "20%", "Retry:BudgetRatio is '20%'", "0.5")]
    [InlineData("StatementRouting:Rules:0:ReadPreference", "Near", "StatementRouting:Rules:0:ReadPreference is 'Near'", "PreferStandby")]
    public void Refused_ByKeyAndRemedy(string key, string value, string said, string remedy)
    {
        var failures = Failures(("ConnectionString", "Host=pg-a"), (key, value));
        var failure = Assert.Single(failures, f => f.Contains(said, StringComparison.Ordinal));
        Assert.Contains(remedy, failure, StringComparison.Ordinal);
    }

    [Fact]
    public void All_AreSaidAtOnce_WithThoseOfTheRules() =>
        Assert.Equal(5, Failures(
            ("ConnectionString", "Host=pg-a:0"), ("MaxReplicationLag", "2s"), ("Mode", "Ful"), ("Hedging:Enable", "true"), ("Retry:MaxRetries", "-1")).Length);

    /// <summary>As JSON's {} and [] come.</summary>
    [Fact]
    public void EmptySectionsAndLists_AreNone() =>
        Assert.Empty(Failures(("ConnectionString", "Host=pg-a"), ("Retry", ""), ("Endpoints", ""), ("Hedging:Delay", ""), ("Affinity", null)));

    [Fact]
    public void EveryOption_IsKnown()
    {
        var left = new Queue<Type>([typeof(ResilientPostgresOptions)]);
        while (left.TryDequeue(out var type))
        {
            type = SectionShapes.ItemOf(type) ?? type;
            if (type.Namespace == nameof(ResilientPostgres) && type.IsClass)
            {
                Assert.NotNull(SectionShapes.Of(type));
                Array.ForEach(SectionShapes.Of(type)!, p => left.Enqueue(p.PropertyType));
            }
        }
    }

    static string[] Failures(params (string Key, string? Value)[] values)
    {
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(static v => KeyValuePair.Create(v.Key.Length == 0 ? "Postgres" : $"Postgres:{v.Key}", v.Value)))
            .Build().GetSection("Postgres");
        using var provider = new ServiceCollection().AddResilientPostgres(section).Services.BuildServiceProvider();
        return Record.Exception(provider.GetRequiredService<IStartupValidator>().Validate) is { } e ? [.. Assert.IsType<OptionsValidationException>(e).Failures] : [];
    }
}
