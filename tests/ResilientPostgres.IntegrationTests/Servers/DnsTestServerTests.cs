using System.Net;
using DnsClient;
using DnsClient.Protocol;
using ResilientPostgres.TestServers;

namespace ResilientPostgres.IntegrationTests.Servers;

public sealed class DnsTestServerTests : IAsyncDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    readonly DnsTestServer _server = DnsTestServer.Start();
    readonly LookupClient _client;

    public DnsTestServerTests() => _client = new LookupClient(new LookupClientOptions(new NameServer(_server.EndPoint))
    {
        UseCache = false,
        Timeout = TimeSpan.FromMilliseconds(300),
        Retries = 0,
        ThrowDnsErrors = false,
    });

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Addresses_follow_an_alias_and_can_change()
    {
        _server.Set("db.test", DnsRecord.Alias("Node-1.test", 5 * Second));
        _server.SetAddresses("node-1.test", 7 * Second, "127.0.0.2", "127.0.0.3", "::1");

        var answer = await _client.QueryAsync("db.test", QueryType.A, cancellationToken: Cancelled);
        Assert.Equal(["127.0.0.2", "127.0.0.3"], answer.Answers.ARecords().Select(record => record.Address.ToString()));
        Assert.All(answer.Answers.ARecords(), record => Assert.Equal(7, record.InitialTimeToLive));
        Assert.Equal("Node-1.test.", Assert.Single(answer.Answers.CnameRecords()).CanonicalName.Value);
        answer = await _client.QueryAsync("DB.test", QueryType.AAAA, cancellationToken: Cancelled);
        Assert.Equal(IPAddress.IPv6Loopback, Assert.Single(answer.Answers.AaaaRecords()).Address);

        _server.SetAddresses("node-1.test", Second, "127.0.0.9");
        answer = await _client.QueryAsync("db.test", QueryType.A, cancellationToken: Cancelled);
        Assert.Equal("127.0.0.9", Assert.Single(answer.Answers.ARecords()).Address.ToString());
        Assert.Equal(2, _server.CountOf("db.test", DnsRecordType.A));
    }

    [Fact]
    public async Task Services_come_with_their_addresses()
    {
        _server.Set(
            "_postgresql._tcp.db.test",
            DnsRecord.Service("a.test", 5432, Second, priority: 1, weight: 10),
            DnsRecord.Service("b.test", 5433, Second, priority: 2));
        _server.SetAddresses("a.test", Second, "127.0.0.2");

        var answer = await _client.QueryAsync("_postgresql._tcp.db.test", QueryType.SRV, cancellationToken: Cancelled);
        var services = answer.Answers.SrvRecords().ToArray();
        Assert.Equal(["a.test.", "b.test."], services.Select(service => service.Target.Value));
        Assert.Equal([(1, 10, 5432), (2, 0, 5433)], services.Select(service => ((int)service.Priority, (int)service.Weight, (int)service.Port)));
        Assert.Equal("127.0.0.2", Assert.Single(answer.Additionals.OfType<ARecord>()).Address.ToString());
    }

    [Fact]
    public async Task An_answer_too_long_for_a_datagram_comes_over_TCP()
    {
        _server.SetAddresses("many.test", Second, [.. Enumerable.Range(1, 250).Select(number => $"127.0.1.{number}")]);

        var answer = await _client.QueryAsync("many.test", QueryType.A, cancellationToken: Cancelled);
        Assert.Equal(250, answer.Answers.Count);
        Assert.Equal([false, true], _server.Queries.Select(query => query.IsTcp));
    }

    [Fact]
    public async Task A_truncated_answer_is_asked_for_again_over_TCP()
    {
        _server.SetAddresses("db.test", Second, "127.0.0.2");
        _server.Behave("db.test", DnsFault.Truncated);

        Assert.Single((await _client.QueryAsync("db.test", QueryType.A, cancellationToken: Cancelled)).Answers);
        Assert.Equal([false, true], _server.Queries.Select(query => query.IsTcp));
    }

    [Fact]
    public async Task It_fails_in_all_ways()
    {
        _server.SetAddresses("db.test", Second, "127.0.0.2");
        Assert.Equal(DnsHeaderResponseCode.NotExistentDomain, await CodeAsync("none.test"));
        Assert.Equal(DnsHeaderResponseCode.NoError, await CodeAsync("db.test", QueryType.AAAA));

        _server.Behave("db.test", DnsFault.ServerFailure);
        Assert.Equal(DnsHeaderResponseCode.ServerFailure, await CodeAsync("db.test"));
        _server.Behave("db.test", DnsFault.Refused);
        Assert.Equal(DnsHeaderResponseCode.Refused, await CodeAsync("db.test"));
        _server.Behave("db.test", DnsFault.NoSuchName);
        Assert.Equal(DnsHeaderResponseCode.NotExistentDomain, await CodeAsync("db.test"));

        _server.Behave("db.test", DnsFault.NoAnswer);
        await Assert.ThrowsAsync<DnsResponseException>(() => CodeAsync("db.test"));
        _server.Behave("db.test", delay: 2 * Second);
        await Assert.ThrowsAsync<DnsResponseException>(() => CodeAsync("db.test"));

        _server.Behave("db.test");
        Assert.Equal(DnsHeaderResponseCode.NoError, await CodeAsync("db.test"));
        _server.Remove("db.test");
        Assert.Equal(DnsHeaderResponseCode.NotExistentDomain, await CodeAsync("db.test"));
    }

    async Task<DnsHeaderResponseCode> CodeAsync(string name, QueryType type = QueryType.A) =>
        (await _client.QueryAsync(name, type, cancellationToken: Cancelled)).Header.ResponseCode;
}
