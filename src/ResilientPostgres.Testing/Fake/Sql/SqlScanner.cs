namespace ResilientPostgres.Testing.Sql;

/// <summary>Cuts SQL into tokens and leaves out white space and comments. Whatever it is given, it ends: an open literal ends with the text.</summary>
internal ref struct SqlScanner(string text)
{
    readonly ReadOnlySpan<char> _text = text;
    int _at;

    internal bool TryNext(out SqlToken token)
    {
        SkipBlanks();
        if (_at >= _text.Length)
        {
            token = default;
            return false;
        }

        var start = _at;
        var kind = Advance();
        token = new SqlToken(kind, start, _at - start);
        return true;
    }

    TokenKind Advance()
    {
        var first = _text[_at];
        if (first == '\'')
        {
            return Literal(hasEscapes: false);
        }

        if (first == '"')
        {
            Quoted('"', hasEscapes: false);
            return TokenKind.Quoted;
        }

        if (IsLetter(first))
        {
            return Word();
        }

        if (char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return Number();
        }

        if (first == '$')
        {
            return Dollar();
        }

        _at++;
        return TokenKind.Symbol;
    }

    TokenKind Word()
    {
        var start = _at;
        while (_at < _text.Length && (IsLetter(_text[_at]) || char.IsAsciiDigit(_text[_at]) || _text[_at] == '$'))
        {
            _at++;
        }

        // E'…', B'…', X'…', N'…' and U&'…' are literals.
        if (_at - start == 1 && Peek(0) == '\'' && "eEbBxXnN".Contains(_text[start], StringComparison.Ordinal))
        {
            return Literal(hasEscapes: _text[start] is 'e' or 'E');
        }

        if (_at - start == 1 && _text[start] is 'u' or 'U' && Peek(0) == '&' && Peek(1) == '\'')
        {
            _at++;
            return Literal(hasEscapes: false);
        }

        return TokenKind.Word;
    }

    TokenKind Literal(bool hasEscapes)
    {
        Quoted('\'', hasEscapes);
        return TokenKind.Literal;
    }

    TokenKind Number()
    {
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '.'))
        {
            _at += _text[_at] is 'e' or 'E' && Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2)) ? 2 : 1;
        }

        return TokenKind.Number;
    }

    TokenKind Dollar()
    {
        var start = _at++;
        if (char.IsAsciiDigit(Peek(0)))
        {
            while (char.IsAsciiDigit(Peek(0)))
            {
                _at++;
            }

            return TokenKind.Parameter;
        }

        while (IsLetter(Peek(0)) || char.IsAsciiDigit(Peek(0)))
        {
            _at++;
        }

        if (Peek(0) != '$')
        {
            _at = start + 1;
            return TokenKind.Symbol;
        }

        var tag = _text[start..++_at];
        var end = _text[_at..].IndexOf(tag, StringComparison.Ordinal);
        _at = end < 0 ? _text.Length : _at + end + tag.Length;
        return TokenKind.Literal;
    }

    void Quoted(char quote, bool hasEscapes)
    {
        for (_at++; _at < _text.Length; _at++)
        {
            if (hasEscapes && _text[_at] == '\\')
            {
                _at++;
            }
            else if (_text[_at] == quote)
            {
                if (Peek(1) != quote)
                {
                    _at++;
                    return;
                }

                _at++;
            }
        }

        _at = _text.Length;
    }

    void SkipBlanks()
    {
        while (_at < _text.Length)
        {
            if (char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }
            else if (_text[_at] == '-' && Peek(1) == '-')
            {
                var end = _text[_at..].IndexOfAny('\n', '\r');
                _at = end < 0 ? _text.Length : _at + end;
            }
            else if (_text[_at] == '/' && Peek(1) == '*')
            {
                SkipComment();
            }
            else
            {
                return;
            }
        }
    }

    void SkipComment()
    {
        var depth = 0;
        do
        {
            if (_text[_at] == '/' && Peek(1) == '*')
            {
                depth++;
                _at += 2;
            }
            else if (_text[_at] == '*' && Peek(1) == '/')
            {
                depth--;
                _at += 2;
            }
            else
            {
                _at++;
            }
        }
        while (depth > 0 && _at < _text.Length);
    }

    readonly char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    static bool IsLetter(char c) => char.IsAsciiLetter(c) || c == '_' || c >= 0x80;
}
