using System.Net;
using System.Net.Sockets;

namespace ResilientPostgres.TestServers;

/// <summary>One record. It belongs to the name it is set for.</summary>
public sealed record DnsRecord
{
    DnsRecord(DnsRecordType type, TimeSpan timeToLive, byte[] data, string? target = null)
    {
        Type = type;
        TimeToLive = timeToLive;
        Data = data;
        Target = target;
    }

    public DnsRecordType Type { get; }

    /// <summary>Whole seconds; what is below a second is 0.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>The name that a CNAME or SRV record leads to.</summary>
    public string? Target { get; }

    internal byte[] Data { get; }

    /// <summary>An A or an AAAA record, as the address is.</summary>
    public static DnsRecord Address(string address, TimeSpan timeToLive)
    {
        var parsed = IPAddress.Parse(address);
        var type = parsed.AddressFamily == AddressFamily.InterNetworkV6 ? DnsRecordType.Aaaa : DnsRecordType.A;
        return new DnsRecord(type, timeToLive, parsed.GetAddressBytes());
    }

    public static DnsRecord Alias(string target, TimeSpan timeToLive)
    {
        var data = new DnsWriter();
        data.Name(target);
        return new DnsRecord(DnsRecordType.Cname, timeToLive, data.ToArray(), target);
    }

    public static DnsRecord Service(string target, int port, TimeSpan timeToLive, int priority = 0, int weight = 0)
    {
        var data = new DnsWriter();
        data.UInt16(checked((ushort)priority));
        data.UInt16(checked((ushort)weight));
        data.UInt16(checked((ushort)port));
        data.Name(target);
        return new DnsRecord(DnsRecordType.Srv, timeToLive, data.ToArray(), target);
    }

    internal uint Seconds => checked((uint)TimeToLive.TotalSeconds);
}
