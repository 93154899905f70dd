using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ResilientPostgres.Tests.Discovery;

public sealed class PatroniOptionsTests
{
    [Theory]
    [InlineData("ftp://a", "Patroni:Urls has 'ftp://a/'")]
    [InlineData("pg-a:8008", "Patroni:Urls has 'pg-a:8008'")]
    [InlineData("http://a:8008/?x=1", "stands before the ?")]
    [InlineData("http://u:geheim@a:8008", "Patroni:UserName")]
    public void Url_IsRefused(string url, string expected)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ResilientDataSourceBuilder("Host=a").UsePatroni(new Uri(url, UriKind.RelativeOrAbsolute)));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryFailure_IsListed()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddResilientPostgres("Host=a").UsePatroni(static o =>
        {
            o.RequestTimeout = TimeSpan.Zero;
            o.Interval = TimeSpan.FromDays(1);
            o.RootCertificate = "/no/such/file";
            o.UserName = "a:b";
            o.Headers["a b"] = "x";
            o.CreateHandler = static () => new SocketsHttpHandler();
        }));
        string[] expected = ["Patroni:RequestTimeout", "Patroni:Interval", "/no/such/file", "Patroni:UserName and", "has a colon", "'a b'", "Patroni:CreateHandler"];
        Assert.All(expected, e => Assert.Contains(e, refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void TwoProviders_AreRefused()
    {
        var builder = new ServiceCollection().AddResilientPostgres("Host=a").UsePatroni();
        Assert.Throws<InvalidOperationException>(() => builder.UsePatroni(new Uri("http://a:8008")));
    }
}
