using System.Collections.Frozen;
using System.Globalization;

namespace ResilientPostgres.Testing.Values;

/// <summary>The built-in types: the same numbers on every server.</summary>
internal static class PostgresTypes
{
    /// <summary>Name, number, number of its array, size.</summary>
    const string Bases =
        """
        bool 16 1000 1|bytea 17 1001 -1|char 18 1002 1|name 19 1003 64|int8 20 1016 8|int2 21 1005 2|int4 23 1007 4|regproc 24 1008 4|text 25 1009 -1|oid 26 1028 4
        tid 27 1010 6|xid 28 1011 4|cid 29 1012 4|json 114 199 -1|xml 142 143 -1|point 600 1017 16|lseg 601 1018 32|path 602 1019 -1|box 603 1020 32|polygon 604 1027 -1
        line 628 629 24|cidr 650 651 -1|float4 700 1021 4|float8 701 1022 8|circle 718 719 24|macaddr8 774 775 8|money 790 791 8|macaddr 829 1040 6|inet 869 1041 -1
        bpchar 1042 1014 -1|varchar 1043 1015 -1|date 1082 1182 4|time 1083 1183 8|timestamp 1114 1115 8|timestamptz 1184 1185 8|interval 1186 1187 16|timetz 1266 1270 12
        bit 1560 1561 -1|varbit 1562 1563 -1|numeric 1700 1231 -1|refcursor 1790 2201 -1|regprocedure 2202 2207 4|regoper 2203 2208 4|regoperator 2204 2209 4
        regclass 2205 2210 4|regtype 2206 2211 4|uuid 2950 2951 16|txid_snapshot 2970 2949 -1|pg_lsn 3220 3221 8|tsvector 3614 3643 -1|tsquery 3615 3645 -1
        regconfig 3734 3735 4|regdictionary 3769 3770 4|jsonb 3802 3807 -1|jsonpath 4072 4073 -1|regnamespace 4089 4090 4|regrole 4096 4097 4|pg_snapshot 5038 5039 -1|xid8 5069 271 8
        """;

    const string Pseudo = "unknown 705 0 -2|record 2249 2287 -1|void 2278 0 4";

    /// <summary>Name, number, number of its array, number of what it ranges over.</summary>
    const string Ranges =
        "int4range 3904 3905 23|numrange 3906 3907 1700|tsrange 3908 3909 1114|tstzrange 3910 3911 1184|daterange 3912 3913 1082|int8range 3926 3927 20";

    const string Multiranges =
        """
        int4multirange 4451 6150 3904|nummultirange 4532 6151 3906|tsmultirange 4533 6152 3908
        tstzmultirange 4534 6153 3910|datemultirange 4535 6155 3912|int8multirange 4536 6157 3926
        """;

    static readonly Dictionary<string, string> _aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["boolean"] = "bool",
        ["smallint"] = "int2",
        ["int"] = "int4",
        ["integer"] = "int4",
        ["bigint"] = "int8",
        ["real"] = "float4",
        ["double precision"] = "float8",
        ["decimal"] = "numeric",
        ["character varying"] = "varchar",
        ["character"] = "bpchar",
        ["timestamp with time zone"] = "timestamptz",
        ["timestamp without time zone"] = "timestamp",
        ["time without time zone"] = "time",
        ["time with time zone"] = "timetz",
    };

    static readonly FrozenDictionary<uint, PostgresType> _byOid = Load();

    static readonly FrozenDictionary<string, PostgresType> _byName = _byOid.Values.ToFrozenDictionary(static t => t.Name);

    internal static PostgresType Text { get; } = Of("text");

    internal static PostgresType Bool { get; } = Of("bool");

    internal static PostgresType Int4 { get; } = Of("int4");

    internal static PostgresType Int8 { get; } = Of("int8");

    internal static IEnumerable<PostgresType> All => _byOid.Values;

    internal static PostgresType Of(string name) => _byName[name];

    internal static PostgresType? Find(uint oid) => _byOid.GetValueOrDefault(oid);

    /// <summary>By its name or one of SQL's names for it, with [] for an array.</summary>
    internal static PostgresType? Find(string name)
    {
        if (name.EndsWith("[]", StringComparison.Ordinal))
        {
            return Find(name[..^2])?.Array;
        }

        return _byName.GetValueOrDefault(_aliases.GetValueOrDefault(name, name));
    }

    static FrozenDictionary<uint, PostgresType> Load()
    {
        var types = new Dictionary<uint, PostgresType>();
        foreach (var (list, kind) in new[] { (Bases, 'b'), (Pseudo, 'p'), (Ranges, 'r'), (Multiranges, 'm') })
        {
            foreach (var entry in list.Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                Add(types, entry.Split(' '), kind);
            }
        }

        return types.ToFrozenDictionary();
    }

    static void Add(Dictionary<uint, PostgresType> types, string[] fields, char kind)
    {
        var last = int.Parse(fields[3], CultureInfo.InvariantCulture);
        var isOverOther = kind is 'r' or 'm';
        var type = new PostgresType(Number(fields[1]), fields[0], isOverOther ? (short)-1 : (short)last, kind, isOverOther ? types[(uint)last] : null);
        types.Add(type.Oid, type);
        if (Number(fields[2]) is not 0 and var array)
        {
            type.Array = new PostgresType(array, "_" + type.Name, -1, 'a', type);
            types.Add(array, type.Array);
        }
    }

    static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);
}
