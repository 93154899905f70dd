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
        Assert.DoesNotContain(
            "s3cret",
            Assert.Throws<OptionsValidationException>(() => new ResilientDataSourceBuilder("Host=a").UsePatroni(new Uri("app:s3cret@pg-a:8008"))).Message,
            StringComparison.Ordinal);
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
    public void FilesAndHeadersThatCanNotBeUsed_AreRefused()
    {
        var file = Path.GetTempFileName();
        try
        {
            var refused = Assert.Throws<OptionsValidationException>(() => new ResilientDataSourceBuilder("Host=a").UsePatroni(o =>
            {
                o.RootCertificate = file;
                o.Headers["nothing"] = null!;
                o.Headers["lines"] = "a\r\nb";
            }));
            string[] expected = ["has no certificate", "'nothing'", "'lines'"];
            Assert.All(expected, e => Assert.Contains(e, refused.Message, StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("?.db.example.com:5432")]
    [InlineData("https://?.db.example.com/")]
    public void FormOfAuroraNames_IsAHostName(string pattern)
    {
        var refused = Assert.Throws<ArgumentException>(() => new ResilientDataSourceBuilder("Host=a").UseAurora(pattern));
        Assert.Contains($"'{pattern}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoProvider_IsRefusedByTheClustersName()
    {
        using var services = new ServiceCollection().AddResilientPostgres("orders", static o => o.ConnectionString = "Host=a").AddEndpointProvider(static _ => null!).Services.BuildServiceProvider();
        var refused = Assert.Throws<InvalidOperationException>(() => services.GetRequiredKeyedService<ResilientDataSource>("orders"));
        Assert.Contains("'orders' returned null", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ServersBesidePgpools_AreRefused()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ResilientDataSourceBuilder("Host=a").UsePgpool().UsePatroni().Build());
        Assert.Contains("Pooler is Pgpool and Patroni lists", refused.Message, StringComparison.Ordinal);
        Assert.Throws<OptionsValidationException>(() => new ResilientDataSourceBuilder("Host=a").UseAurora("?.db.example.com").UsePgpool().Build());
        new ResilientDataSourceBuilder("Host=a").UsePatroni().UsePgBouncer().Build().Dispose();
    }

    [Fact]
    public void TwoProviders_AreRefused()
    {
        var builder = new ServiceCollection().AddResilientPostgres("Host=a").UsePatroni();
        Assert.Throws<InvalidOperationException>(() => builder.UsePatroni(new Uri("http://a:8008")));
    }
}
