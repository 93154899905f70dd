using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Servers;

public sealed class AddressTests
{
    [Fact]
    public async Task Servers_on_addresses_of_their_own_share_a_port()
    {
        await using var cluster = await RequirePostgres.StartClusterAsync(options =>
        {
            options.Standbys = 1;
            options.Addresses.Add("127.0.0.21");
            options.Addresses.Add("127.0.0.22");
        });

        var (first, second) = (cluster.Servers[0], cluster.Servers[1]);
        Assert.Equal(first.Port, second.Port);
        Assert.Equal("127.0.0.21/32", await Sql.ScalarAsync<string>(first, "SELECT inet_server_addr()::text"));
        Assert.Equal("127.0.0.22/32", await Sql.ScalarAsync<string>(second, "SELECT inet_server_addr()::text"));

        await cluster.SwitchoverAsync(second, TestContext.Current.CancellationToken);
        Assert.True(await Sql.ScalarAsync<bool>(first, "SELECT pg_is_in_recovery()"));
        Assert.False(await Sql.ScalarAsync<bool>(second, "SELECT pg_is_in_recovery()"));

        // Another cluster behind the same port, as after a move to a new one.
        await using var other = await RequirePostgres.StartClusterAsync(options =>
        {
            options.Standbys = 0;
            options.Addresses.Add("127.0.0.23");
            options.Port = first.Port;
        });
        Assert.Equal(first.Port, other.Primary.Port);
        const string Identifier = "SELECT system_identifier FROM pg_control_system()";
        Assert.NotEqual(await Sql.ScalarAsync<long>(first, Identifier), await Sql.ScalarAsync<long>(other.Primary, Identifier));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.1", "192.0.2.1")]
    [InlineData("127.0.0.1", "localhost")]
    public async Task Wrong_addresses_are_refused(params string[] addresses)
    {
        var options = new PostgresClusterOptions { Standbys = 1 };
        Array.ForEach(addresses, options.Addresses.Add);
        await Assert.ThrowsAsync<ArgumentException>(() => PostgresCluster.StartAsync(options, TestContext.Current.CancellationToken));
    }
}
