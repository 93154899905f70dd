namespace ResilientPostgres.TestServers;

/// <summary>Answers one question.</summary>
static class DnsAnswer
{
    const ushort Response = 0x8400;
    const ushort TruncationBit = 0x0200;
    const ushort RecursionDesired = 0x0100;
    const ushort RecursionAvailable = 0x0080;
    const ushort ServerFailure = 2;
    const ushort NoSuchName = 3;
    const ushort Refused = 5;

    /// <summary>How long a resolver may remember that there is nothing, in seconds.</summary>
    const uint NegativeSeconds = 1;

    internal static byte[] Write(DnsQuestion question, DnsZone zone, DnsFault fault, bool isTcp)
    {
        switch (fault)
        {
            case DnsFault.ServerFailure:
                return Write(question, ServerFailure, [], []);
            case DnsFault.Refused:
                return Write(question, Refused, [], []);
            case DnsFault.NoSuchName:
                return Write(question, NoSuchName, [], []);
            case DnsFault.Truncated when !isTcp:
                return Write(question, TruncationBit, [], []);
        }

        var found = zone.Find(question.Name, question.Type);
        var services = found.Where(entry => entry.Record.Type == DnsRecordType.Srv).Select(entry => entry.Record.Target!).Distinct();
        var targets = services.SelectMany(target => zone.Find(target, DnsRecordType.A).Concat(zone.Find(target, DnsRecordType.Aaaa)));
        var code = zone.Has(question.Name) ? (ushort)0 : NoSuchName;
        var answer = Write(question, code, found, [.. targets]);
        return isTcp || answer.Length <= question.PayloadSize ? answer : Write(question, TruncationBit, [], []);
    }

    static byte[] Write(
        DnsQuestion question,
        ushort codeOrTruncation,
        IReadOnlyList<(string Name, DnsRecord Record)> answers,
        IReadOnlyList<(string Name, DnsRecord Record)> additional)
    {
        var isNegative = answers.Count == 0 && codeOrTruncation is 0 or NoSuchName;
        var message = new DnsWriter();
        message.UInt16(question.Id);
        message.UInt16((ushort)(Response | RecursionAvailable | (question.Flags & RecursionDesired) | codeOrTruncation));
        message.UInt16(1);
        message.UInt16((ushort)answers.Count);
        message.UInt16(isNegative ? (ushort)1 : (ushort)0);
        message.UInt16((ushort)(additional.Count + (question.IsExtended ? 1 : 0)));
        message.Bytes(question.Raw);
        WriteAll(message, answers);
        if (isNegative)
        {
            message.Record("test", DnsRecordType.Soa, NegativeSeconds, Authority());
        }

        WriteAll(message, additional);
        if (question.IsExtended)
        {
            WriteExtension(message);
        }

        return message.ToArray();
    }

    static void WriteAll(DnsWriter message, IReadOnlyList<(string Name, DnsRecord Record)> entries)
    {
        foreach (var (name, record) in entries)
        {
            message.Record(name, record.Type, record.Seconds, record.Data);
        }
    }

    static byte[] Authority()
    {
        var data = new DnsWriter();
        data.Name("ns.test");
        data.Name("admin.test");
        foreach (var value in new uint[] { 1, 60, 60, 60, NegativeSeconds })
        {
            data.UInt32(value);
        }

        return data.ToArray();
    }

    static void WriteExtension(DnsWriter message)
    {
        const ushort PayloadSize = 1232;
        message.Name("");
        message.UInt16((ushort)DnsRecordType.Opt);
        message.UInt16(PayloadSize);
        message.UInt32(0);
        message.UInt16(0);
    }
}
