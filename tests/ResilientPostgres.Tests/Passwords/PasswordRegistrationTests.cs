using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ResilientPostgres.Tests.Passwords;

public sealed class PasswordRegistrationTests
{
    const string Text = "Host=pg-a,pg-b;Username=app";

    static ValueTask<string> Provide(PasswordRequest request, CancellationToken cancellationToken) => new("secret");

    [Fact]
    public async Task Build_Good()
    {
        await using var db = new ResilientDataSourceBuilder(Text).UsePasswordProvider(Provide).Build();
        await using var provider = new ServiceCollection().AddResilientPostgres(Text).UsePasswordProvider(static (services, _, _) => new ValueTask<string>(services.ToString()!)).Services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<ResilientDataSource>());
    }

    [Fact]
    public void Twice_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => new ResilientDataSourceBuilder(Text).UsePasswordProvider(Provide).UsePasswordProvider(Provide));
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddResilientPostgres(Text).UsePasswordProvider(Provide).UsePasswordProvider(Provide));
    }

    [Fact]
    public void PasswordBesideIt_IsRefusedWithoutQuotingIt()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ResilientDataSourceBuilder(Text + ";Password=hunter2").UsePasswordProvider(Provide).Build());
        Assert.Contains("Password is given", Assert.Single(refused.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spans_AreChecked()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ResilientDataSourceBuilder(Text).UsePasswordProvider(Provide, static o =>
        {
            o.Lifetime = TimeSpan.Zero;
            o.RefreshAhead = TimeSpan.FromMinutes(1);
            o.RefusedPause = TimeSpan.FromMilliseconds(10);
        }).Build());
        Assert.Equal(["Lifetime", "RefreshAhead", "RefusedPause"], refused.Failures.Select(static f => f.Split(' ')[2].Split('.')[1]));
    }

    [Fact]
    public async Task OwnProviderOfOneServer_IsLeftToIt_AndAPeriodicOneIsRefused()
    {
        await using var db = new ResilientDataSourceBuilder(Text).UsePasswordProvider(Provide)
            .ConfigureNpgsql(static (_, npgsql) => npgsql.UsePasswordProvider(static _ => "own", static (_, _) => new ValueTask<string>("own"))).Build();

        var refused = Assert.Throws<InvalidOperationException>(() => new ResilientDataSourceBuilder(Text).UsePasswordProvider(Provide)
            .ConfigureNpgsql(static (_, npgsql) => npgsql.UsePeriodicPasswordProvider(static (_, _) => new ValueTask<string>("own"), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1))).Build());
        Assert.Contains("ConfigureNpgsql", refused.Message, StringComparison.Ordinal);
    }
}
