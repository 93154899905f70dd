using System.Net.Sockets;
using Npgsql;
using ResilientPostgres.Testing;
using ResilientPostgres.Tests.Fake.Fuzz;

namespace ResilientPostgres.Tests.Fake;

/// <summary>Whatever a client sends, its session ends well and nobody else is troubled. The benchmark tries more.</summary>
public sealed class HostileClientTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Garbage_EndsWell(int seed)
    {
        await using var pg = await FuzzRound.StartAsync();

        var (failures, first) = await FuzzRound.RunAsync(pg, seed, inputs: 3_000);

        Assert.True(failures == 0, first);
    }

    [Fact]
    public async Task LengthThatLies_AllocatesNothing()
    {
        await using var pg = await FakePostgresCluster.StartAsync(standbys: 0);
        using var client = new TcpClient();
        await client.ConnectAsync(pg.Primary.Host, pg.Primary.Port);
        await client.GetStream().WriteAsync(Conformance.ProtocolScript.Startup("user=app"));
        await client.GetStream().WriteAsync(new byte[] { (byte)'Q', 0x7F, 0xFF, 0xFF, 0xFF });
        var answer = new MemoryStream();

        await client.GetStream().CopyToAsync(answer);

        Assert.Contains("08P01", System.Text.Encoding.UTF8.GetString(answer.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SilentClient_DoesNotHoldUpTheEnd()
    {
        var pg = await FakePostgresCluster.StartAsync(standbys: 0);
        using var client = new TcpClient();
        await client.ConnectAsync(pg.Primary.Host, pg.Primary.Port);

        await pg.DisposeAsync();

        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await NpgsqlDataSource.Create(pg.ConnectionString).OpenConnectionAsync());
    }
}
