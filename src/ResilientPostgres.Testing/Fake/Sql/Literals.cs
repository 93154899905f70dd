using System.Text;

namespace ResilientPostgres.Testing.Sql;

/// <summary>What a string's text stands for.</summary>
internal static class Literals
{
    internal static string Read(string literal)
    {
        if (literal.StartsWith('$'))
        {
            var tag = literal.IndexOf('$', 1) + 1;
            return literal.Length >= 2 * tag ? literal[tag..^tag] : "";
        }

        var begin = literal.IndexOf('\'', StringComparison.Ordinal);
        var content = literal.AsSpan(begin + 1);
        content = content.EndsWith("'") ? content[..^1] : content;
        var text = content.ToString().Replace("''", "'", StringComparison.Ordinal);
        return literal[0] is 'e' or 'E' ? Unescape(text) : text;
    }

    static string Unescape(string text)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            result.Append(text[i] != '\\' || i + 1 == text.Length ? text[i] : text[++i] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\b',
                'f' => '\f',
                var other => other,
            });
        }

        return result.ToString();
    }
}
