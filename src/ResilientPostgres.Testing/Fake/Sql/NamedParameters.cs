using System.Globalization;
using System.Text;

namespace ResilientPostgres.Testing.Sql;

/// <summary>Numbers named parameters as Npgsql does before it sends a statement, so that a test may give the text as its code has it.</summary>
internal static class NamedParameters
{
    internal static string Number(string text)
    {
        var numbered = new StringBuilder();
        var numbers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var scanner = new SqlScanner(text);
        var copied = 0;
        SqlToken before = default;
        while (scanner.TryNext(out var token))
        {
            if (token.Kind == TokenKind.Word && IsMarker(text, token, before))
            {
                var name = text.Substring(token.Start, token.Length);
                if (!numbers.TryGetValue(name, out var number))
                {
                    numbers[name] = number = numbers.Count + 1;
                }

                numbered.Append(text, copied, before.Start - copied).Append('$').Append(number.ToString(CultureInfo.InvariantCulture));
                copied = token.End;
            }

            before = token;
        }

        return numbered.Append(text, copied, text.Length - copied).ToString();
    }

    static bool IsMarker(string text, SqlToken word, SqlToken before) =>
        before.Kind == TokenKind.Symbol
        && before.End == word.Start
        && before.Length > 0
        && text[before.Start] is '@' or ':'
        && before.Length == 1
        && (before.Start == 0 || text[before.Start - 1] != text[before.Start])
        && !IsContained(text, word, before.Start);

    /// <summary>Npgsql numbers only the names it has values for; here <c>&lt;@ARRAY[…]</c> and <c>&lt;@f(…)</c> can only be told by what follows.</summary>
    static bool IsContained(string text, SqlToken word, int at) =>
        at > 0 && text[at - 1] == '<' && text[at] == '@' && word.End < text.Length && text[word.End] is '[' or '(';
}
