using System.Globalization;
using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Control;

/// <summary>Reads the items of a select list, as deep as that is still plain.</summary>
internal sealed class SelectReader(SqlStatement statement, uint[] types, int at)
{
    const int Deepest = 8;
    const string NoName = "?column?";

    int _at = at;

    internal bool IsAtEnd => _at >= statement.Count;

    internal bool TakeSymbol(string symbol)
    {
        var isThere = statement.Is(_at, symbol);
        _at += isThere ? 1 : 0;
        return isThere;
    }

    internal SelectItem? ReadItem()
    {
        if (ReadValue(depth: 0) is not { } item)
        {
            return null;
        }

        var isNamed = TakeSymbol("AS");
        if (isNamed || (!IsAtEnd && statement[_at].Kind is TokenKind.Word or TokenKind.Quoted && !IsClause()))
        {
            item = item with { Name = statement.Name(_at++) };
        }

        return item;
    }

    bool IsClause() => statement[_at].Kind == TokenKind.Word
        && statement.TextOf(_at).ToUpperInvariant() is "FROM" or "WHERE" or "UNION" or "LIMIT" or "ORDER" or "GROUP" or "FOR" or "INTO" or "AND" or "OR" or "IS" or "IN" or "LIKE" or "BETWEEN" or "NOT" or "HAVING" or "OPERATOR" or "COLLATE" or "AT";

    SelectItem? ReadValue(int depth)
    {
        var item = depth > Deepest ? null : ReadPlain(depth);
        while (item is not null && statement.Is(_at, ":") && statement.Is(_at + 1, ":"))
        {
            item = TypeName.Read(statement, _at + 2, out _at) is { } type ? Cast(item, type) : null;
        }

        return item;
    }

    SelectItem? ReadPlain(int depth)
    {
        if (IsAtEnd)
        {
            return null;
        }

        var token = statement.TextOf(_at);
        switch (statement[_at].Kind)
        {
            case TokenKind.Number:
                _at++;
                return Number(token);
            case TokenKind.Symbol when token == "-" && _at + 1 < statement.Count && statement[_at + 1].Kind == TokenKind.Number:
                _at += 2;
                return Number("-" + statement.TextOf(_at - 1));
            case TokenKind.Literal:
                _at++;
                return SelectItem.Constant(NoName, PostgresTypes.Text, Literals.Read(token));
            case TokenKind.Parameter:
                return Parameter(token);
            case TokenKind.Word:
                return ReadWord(token, depth);
            default:
                return null;
        }
    }

    SelectItem? ReadWord(string word, int depth)
    {
        switch (word.ToUpperInvariant())
        {
            case "NULL":
                _at++;
                return SelectItem.Constant(NoName, PostgresTypes.Text, null);
            case "TRUE" or "FALSE":
                _at++;
                return SelectItem.Constant(NoName, PostgresTypes.Bool, word.Equals("true", StringComparison.OrdinalIgnoreCase));
            case "CURRENT_TIMESTAMP" or "CURRENT_USER" or "SESSION_USER" or "CURRENT_DATE":
                _at++;
                return ServerFunctions.Find(word.ToLowerInvariant())?.Call(word.ToLowerInvariant(), []);
        }

        var isQualified = statement.Is(_at, "pg_catalog") && statement.Is(_at + 1, ".");
        var name = statement.Name(isQualified ? _at + 2 : _at);
        var open = isQualified ? _at + 3 : _at + 1;
        if (!statement.Is(open, "(") || ServerFunctions.Find(name) is not { } function)
        {
            return null;
        }

        _at = open + 1;
        return ReadArguments(depth) is { } arguments && function.Accepts(arguments.Count) ? function.Call(name, arguments) : null;
    }

    List<SelectItem>? ReadArguments(int depth)
    {
        var arguments = new List<SelectItem>();
        while (!TakeSymbol(")"))
        {
            if ((arguments.Count > 0 && !TakeSymbol(",")) || ReadValue(depth + 1) is not { } argument)
            {
                return null;
            }

            arguments.Add(argument);
        }

        return arguments;
    }

    SelectItem? Parameter(string token)
    {
        _at++;
        return int.TryParse(token.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? new SelectItem(NoName, TypeOf(number), (_, parameters) => ValueTask.FromResult(number <= parameters.Length ? parameters[number - 1] : null))
            : null;
    }

    PostgresType TypeOf(int parameter) => parameter <= types.Length && PostgresTypes.Find(types[parameter - 1]) is { } type ? type : PostgresTypes.Text;

    static SelectItem? Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small) ? SelectItem.Constant(NoName, PostgresTypes.Int4, small)
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large) ? SelectItem.Constant(NoName, PostgresTypes.Int8, large)
        : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) ? SelectItem.Constant(NoName, PostgresTypes.Of("numeric"), exact)
        : null;

    static SelectItem Cast(SelectItem item, PostgresType type) => item.IsConstant
        ? SelectItem.Constant((type.Element ?? type).Name, type, item.Value is null || item.Type == type ? item.Value : Convert(item.Value, item.Type, type))
        : new SelectItem(item.IsFunction ? item.Name : (type.Element ?? type).Name, type, async (session, parameters) =>
    {
        var value = await item.Evaluate(session, parameters).ConfigureAwait(false);
        return value is null || item.Type == type ? value : Convert(value, item.Type, type);
    })
    {
        IsFunction = item.IsFunction,
    };

    static object Convert(object value, PostgresType from, PostgresType to)
    {
        if (value is not string text)
        {
            text = TextFormat.Write(ClrTypes.Find(value.GetType()) ?? from, value);
        }

        if (to.Name is "int2" or "int4" or "int8" && value is decimal or double or float)
        {
            text = System.Convert.ToDecimal(value, CultureInfo.InvariantCulture) is var number ? Math.Round(number, MidpointRounding.AwayFromZero).ToString("F0", CultureInfo.InvariantCulture) : text;
        }

        try
        {
            return TextFormat.Read(to, text);
        }
        catch (PostgresError e) when (e.SqlState == "22003" && value is not string)
        {
            throw new PostgresError("22003", $"{TextFormat.NameOf(to)} out of range");
        }
    }
}
