using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ResilientPostgres.Tests.AspNetCore;

public sealed class ConsistencyRegistrationTests
{
    [Fact]
    public void Defaults_AreValid()
    {
        var options = Options(static _ => { });

        Assert.True(options.UseCookie);
        Assert.False(options.UseHeader);
        Assert.False(options.MonotonicReads);
        Assert.Equal(TimeSpan.FromMinutes(1), options.Lifetime);
        Assert.True(options.Cookie.HttpOnly);
    }

    [Theory]
    [InlineData("Neither")]
    [InlineData("HeaderName")]
    [InlineData("Lifetime")]
    [InlineData("DataSources")]
    public void Mistakes_AreNamed(string what)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Options(o =>
        {
            o.UseCookie = what != "Neither";
            o.UseHeader = what == "HeaderName";
            o.HeaderName = what == "HeaderName" ? "" : o.HeaderName;
            o.Lifetime = what == "Lifetime" ? TimeSpan.Zero : o.Lifetime;
            for (var i = 0; i < (what == "DataSources" ? 7 : 0); i++)
            {
                o.DataSources.Add($"db{i}");
            }
        }));

        Assert.Contains(what, Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutItsServices_ItSaysWhatIsMissing()
    {
        using var nothing = new ServiceCollection().BuildServiceProvider();

        Assert.Contains("AddResilientPostgresConsistency", Assert.Throws<InvalidOperationException>(() => new ApplicationBuilder(nothing).UseResilientPostgresConsistency()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AClusterThatIsNotRegistered_IsNamed()
    {
        var services = new ServiceCollection().AddLogging().AddResilientPostgresConsistency(static o => o.DataSources.Add("orders"));
        using var provider = services.BuildServiceProvider();

        Assert.Contains("'orders'", Assert.Throws<InvalidOperationException>(() => new ApplicationBuilder(provider).UseResilientPostgresConsistency()).Message, StringComparison.Ordinal);
    }

    static ResilientConsistencyOptions Options(Action<ResilientConsistencyOptions> configure)
    {
        using var provider = new ServiceCollection().AddResilientPostgresConsistency(configure).BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ResilientConsistencyOptions>>().Value;
    }
}
