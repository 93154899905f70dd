using System.Text;

namespace ResilientPostgres.Tests.Statements.Fuzz;

/// <summary>Endless random texts from one seed: characters, soup of what SQL is made of, and given statements spoilt.</summary>
sealed class FuzzTexts(int seed, IReadOnlyList<string> statements)
{
    static readonly string[] _pieces =
    [
        "select", "SELECT", "with", "recursive", "as", "from", "where", "insert", "into", "update", "delete", "values", "table", "for", "share", "no",
        "key", "explain", "analyze", "begin", "commit", "rollback", "prepare", "transaction", "create", "temp", "atomic", "case", "end", "execute",
        "set", "show", "distinct", "on", "group", "by", "cube", "union", "order", "nextval", "pg_temp", "pg_catalog", "set_config", "abs", "count",
        "fickle", "t", "x", "é", "\u0130", "\ud83d", "\0", "(", ")", "((", "))", ",", ".", "..", ";", "::", ":", "[", "]", "=", "<>", "@", "@p", ":p", "$1",
        "$", "$$", "$a$", "$b$", "'", "''", "\\'", "\\", "\"", "\"\"", "E'", "e'\\'", "U&'", "U&\"", "B'1'", "N'", "--", "-", "/*", "*/", "/", "*",
        "--\n", "/* */", "/*NO LOAD BALANCE*/", "/*resilient_postgres:primary*/", "/*resilient_postgres:max_lag=", "resilient_postgres:label=", "ms",
        "\n", "\r", "\t", "\f", "\v", " ", "  ", "1", "1.", "1e", "1e+", ".5", "0x1", "1_000", "1..2", "a$b$", "_", "?", "~", "!", "`", "{", "}", "'\n'",
    ];

    readonly Random _random = new(seed);

    public string Next() => _random.Next(3) switch
    {
        0 => Characters(_random.Next(80)),
        1 => Soup(_random.Next(40)),
        _ => Spoilt(statements[_random.Next(statements.Count)]),
    };

    string Characters(int length)
    {
        var text = new char[length];
        var highest = _random.Next(4) switch { 0 => char.MaxValue, 1 => (char)0x17F, _ => (char)0x7F };
        for (var i = 0; i < length; i++)
        {
            text[i] = (char)_random.Next(highest + 1);
        }

        return new string(text);
    }

    string Soup(int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(Piece()).Append(_random.Next(3) > 0 ? " " : "");
        }

        return text.ToString();
    }

    string Spoilt(string statement)
    {
        var text = new StringBuilder(statement);
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            var at = _random.Next(text.Length + 1);
            var rest = text.Length - at;
            switch (_random.Next(4))
            {
                case 0:
                    text.Insert(at, Piece());
                    break;
                case 1:
                    text.Remove(at, Math.Min(rest, _random.Next(8)));
                    break;
                case 2:
                    text.Insert(at, text.ToString(at, Math.Min(rest, _random.Next(30))));
                    break;
                default:
                    text.Remove(at, rest);
                    break;
            }
        }

        return text.ToString();
    }

    string Piece() => _pieces[_random.Next(_pieces.Length)];
}
