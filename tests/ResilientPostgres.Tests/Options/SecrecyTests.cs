using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ResilientPostgres.Settings;

namespace ResilientPostgres.Tests.Options;

/// <summary>Whatever is misspelt: its key is named, and no password gets into an exception or a log.</summary>
public sealed class SecrecyTests
{
    const string Secret = "s3cret";

    [Theory]
    [InlineData("Host=a;Passwrd=s3cret", "Passwrd is not known")]
    [InlineData("Host=a;Timeout=3Password=s3cret", "Timeout has a value")]
    [InlineData("Host=a:5433 Password=s3cret", "Host")]
    [InlineData("Host=a,b Password=s3cret", "no host")]
    [InlineData("Host=a;Password=\"s3cret", "can't be read")]
    [InlineData("Host=a;Target Session Attributes=any@s3cret", "Target Session Attributes")]
    [InlineData("postgresql://app:s3cret@pg-a:5432/db", "can't be read")]
    public void ConnectionString_NeverShowsAPassword(string text, string said) => AssertRefused(new ResilientPostgresOptions { ConnectionString = text }, said);

    [Fact]
    public void ConnectionString_ValueOfAKnownKey_IsShown() =>
        Assert.Contains("timeout = 'soon'", Refuse(new ResilientPostgresOptions { ConnectionString = "Host=a;Timeout=soon" }), StringComparison.Ordinal);

    [Theory]
    [InlineData("postgresql://app:s3cret@pg-c:5432/db")]
    [InlineData("Host=pg-c;Password=s3cret")]
    public void InPlaceOfAHost_IsNotShown(string value)
    {
        AssertRefused(new ResilientPostgresOptions { ConnectionString = "Host=a", Endpoints = { new EndpointOptions { Host = value } } }, "Endpoints:0:Host");
        AssertRefused(new ResilientPostgresOptions { ConnectionString = "Host=a", Pooler = PoolerKinds.Pgpool, Backends = value }, "Backends");
        AssertRefused(new ResilientPostgresOptions { ConnectionString = "Host=a", Backends = value }, "Set Pooler");
    }

    [Theory]
    [InlineData("/run/a=b;c@d")]
    [InlineData("@pg")]
    public void Sockets_MayHaveSuchSigns(string host) =>
        Assert.Equal(host, OptionsCheck.Freeze("blog", new ResilientPostgresOptions { Endpoints = { new EndpointOptions { Host = host } } }).Endpoints[0].Host);

    [Theory]
    [InlineData("ConnectionStrng", "write ConnectionString.")]
    [InlineData("Retry:Nonsense", "one of: MaxRetries")]
    public void UnknownKey_IsNamedWithoutItsValue(string key, string said)
    {
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [$"Postgres:{key}"] = "Host=a;Password=" + Secret }).Build().GetSection("Postgres");
        using var provider = new ServiceCollection().AddResilientPostgres(section).Services.BuildServiceProvider();
        var refused = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<ResilientDataSource>());
        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataSource_ShowsItsConnectionStringWithoutSecrets()
    {
        await using var db = new ResilientDataSourceBuilder($"Host=a;Password={Secret};SSL Password={Secret}").Build();
        Assert.DoesNotContain(Secret, db.ConnectionString, StringComparison.Ordinal);
    }

    static void AssertRefused(ResilientPostgresOptions options, string said)
    {
        var message = Refuse(options);
        // The keys come in lower case, as the parser gives them.
        Assert.Contains(said, message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    static string Refuse(ResilientPostgresOptions options) => Assert.Throws<OptionsValidationException>(() => OptionsCheck.Freeze("blog", options)).ToString();
}
