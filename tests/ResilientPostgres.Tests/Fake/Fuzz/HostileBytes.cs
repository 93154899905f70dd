using ResilientPostgres.Tests.Fake.Conformance;

namespace ResilientPostgres.Tests.Fake.Fuzz;

/// <summary>What no client should send: garbage, messages cut short, lengths that lie, and real conversations with a few bytes changed.</summary>
sealed class HostileBytes(int seed)
{
    static readonly byte[] _startup = ProtocolScript.Startup("user=app database=app");

    static readonly byte[][] _steps =
    [
        .. new[]
        {
            "Q SELECT 1", "Q BEGIN", "Q COMMIT", "Q ROLLBACK", "Q SAVEPOINT a", "Q ROLLBACK TO a", "Q RELEASE a", "Q SELECT id FROM item; SELECT 'x'::int4[], $a$b$a$", "Q SET my.own = 'x'",
            "Q SHOW my.own", "Q DISCARD ALL", "Q SELECT '{1,2}'::int4[], '\\xff'::bytea, '1 day'::interval", "Q INSERT INTO item VALUES (4)", "Q COPY item FROM STDIN", "Q /* a /* b */ SELECT E'\\'",
            "P s SELECT $1::int4, $2::numeric, $3::text[]", "P - SELECT id FROM item WHERE id = $1", "P -:1700,1007,1184 SELECT $1, $2, $3", "B - s | 0x00000001 | 0x00010000000000000001 | NULL => 1",
            "B - - | 1", "B p - | 0x0000000100000000000000170000000100000001000000040000000a => 1", "D S s", "D P -", "E -", "E p 1", "C S s", "C P p", "H", "S", "F", "X",
        }.Select(ProtocolScript.Message),
    ];

    readonly Random _random = new(seed);

    public byte[] Next() => _random.Next(4) switch
    {
        0 => Garbage(_random.Next(64)),
        1 => [.. _startup, .. Garbage(_random.Next(128))],
        2 => Damage([.. _startup, .. Conversation()]),
        _ => [.. _startup, .. Damage(Conversation())],
    };

    byte[] Conversation() => [.. Enumerable.Range(0, _random.Next(1, 10)).SelectMany(_ => _steps[_random.Next(_steps.Length)])];

    byte[] Garbage(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    byte[] Damage(byte[] bytes)
    {
        for (var i = _random.Next(4); i >= 0 && bytes.Length > 0; i--)
        {
            var at = _random.Next(bytes.Length);
            switch (_random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 2:
                    bytes = bytes[..at];
                    break;
                case 3:
                    bytes = [.. bytes[..at], .. Garbage(_random.Next(1, 9)), .. bytes[at..]];
                    break;
                default:
                    bytes[at] = _random.Next(2) == 0 ? (byte)0xFF : (byte)0x7F;
                    break;
            }
        }

        return bytes;
    }
}
