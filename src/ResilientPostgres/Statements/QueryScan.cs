using System.Runtime.CompilerServices;

namespace ResilientPostgres.Statements;

/// <summary>
/// Goes through a query and looks at each name: what is called, what is named, which words lock or write. A name before a parenthesis is a call unless
/// it certainly is not (a type, an alias or a CTE with its columns, syntax).
/// </summary>
ref struct QueryScan(ref SqlLexer lexer, ref Finding finding, FunctionCatalog catalog, int depth)
{
    public const string CreatesTable = "creates a table";

    /// <summary>NAMEDATALEN less the ending zero.</summary>
    const int LongestName = 63;

    readonly ref SqlLexer _lexer = ref lexer;
    readonly ref Finding _finding = ref finding;
    readonly FunctionCatalog _catalog = catalog;
    int _depth = depth;

    /// <summary>One bit for each depth: between WITH and the query that it belongs to.</summary>
    ulong _withLists;

    /// <summary>One bit for each depth: inside DISTINCT ON ( … ) or OPERATOR( … ), after whose end comes an expression, no alias.</summary>
    ulong _beforeExpressions;

    SqlTokenKind _before = SqlTokenKind.Open;
    Word _wordBefore;
    WordId _twoBefore;

    /// <summary>Of a closing parenthesis before.</summary>
    bool _isBeforeExpression;

    /// <summary>The next name is a type's or a relation's, so that a parenthesis after it begins modifiers or columns.</summary>
    bool _isNaming;

    /// <summary>That name was just read; a dot leads to its next part.</summary>
    bool _hasNamed;

    bool _isGrouping;

    /// <summary>The name before a dot is PostgreSQL's own schema.</summary>
    bool _isSystem;

    /// <summary>The word before is FOR, which may begin a lock.</summary>
    bool _isFor;

    /// <summary>False at the end of the text, true at the end of the statement.</summary>
    public bool Run(SqlTokenKind token)
    {
        for (; ; token = _lexer.Next())
        {
            if (token is SqlTokenKind.Word or SqlTokenKind.Quoted)
            {
                var word = Name(isQuoted: token == SqlTokenKind.Quoted);
                _hasNamed = _isNaming;
                _isNaming = word.Id is WordId.As or WordId.Into;
                Pass(token, word);
            }
            else if (token == SqlTokenKind.End || (token == SqlTokenKind.Semicolon && _depth <= 0))
            {
                break;
            }
            else
            {
                if (token >= SqlTokenKind.Semicolon)
                {
                    See(token);
                }

                _isNaming = token == SqlTokenKind.Cast || (_hasNamed && token == SqlTokenKind.Dot);
                (_hasNamed, _isFor) = (false, false);
                Pass(token, default);
            }
        }

        if (_depth != 0)
        {
            NotUnderstood();
        }

        return token == SqlTokenKind.Semicolon;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Pass(SqlTokenKind kind, Word word) => (_twoBefore, _wordBefore, _before) = (_wordBefore.Id, word, kind);

    /// <summary>Whatever is no name.</summary>
    void See(SqlTokenKind token)
    {
        switch (token)
        {
            case SqlTokenKind.Open:
                OnOpen();
                break;
            case SqlTokenKind.Close:
                _isBeforeExpression = _depth is < 0 or >= 64 || (_beforeExpressions != 0 && (_beforeExpressions & (1UL << _depth)) != 0);
                _depth--;
                break;
            case SqlTokenKind.Operator:
                OnOperator(_lexer.Token);
                break;
            case SqlTokenKind.Unclear when _lexer.IsOpenNext():
                _finding.Raise(StatementKind.Session, "calls something by a name that is not understood");
                break;
            case SqlTokenKind.Unclear or SqlTokenKind.Semicolon:
                NotUnderstood();
                break;
        }
    }

    void OnOpen()
    {
        _depth++;
        Mark(isList: false);
        var isBefore = _wordBefore.Id == WordId.Operator || (_wordBefore.Id == WordId.On && _twoBefore == WordId.Distinct);
        if ((isBefore || _beforeExpressions != 0) && _depth is >= 0 and < 64)
        {
            _beforeExpressions = isBefore ? _beforeExpressions | (1UL << _depth) : _beforeExpressions & ~(1UL << _depth);
        }
    }

    Word Name(bool isQuoted)
    {
        var text = _lexer.Token;
        text = isQuoted ? text[1..^1] : text;
        if (text.Length <= LongestName)
        {
            return isQuoted || !_lexer.HasCapitals ? Name(isQuoted, text) : FoldedName(text);
        }

        _isFor = false;
        NotUnderstood(); // The server cuts it off.
        return default;
    }

    /// <summary>Folded as PostgreSQL does: letters of ASCII only.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    Word FoldedName(scoped ReadOnlySpan<char> text)
    {
        Span<char> folded = stackalloc char[LongestName];
        for (var i = 0; i < text.Length; i++)
        {
            folded[i] = char.IsAsciiLetterUpper(text[i]) ? (char)(text[i] | 0x20) : text[i];
        }

        return Name(isQuoted: false, folded[..text.Length]);
    }

    Word Name(bool isQuoted, scoped ReadOnlySpan<char> name)
    {
        var isPart = _before == SqlTokenKind.Dot;

        // Quoted, a word is a name and nothing else, and one with a capital is none of PostgreSQL's own.
        var word = isQuoted && name.ContainsAnyInRange('A', 'Z') ? default : Vocabulary.OfFolded(name);
        var wasFor = _isFor;
        _isFor = false;
        if (word.Id != WordId.None && !isQuoted && !isPart && !_lexer.IsMarked)
        {
            OnWord(word.Id, wasFor);
        }

        if (_lexer.IsOpenNext())
        {
            OnCall(name, isPart && !_isSystem ? default : word, isPart, isPart || isQuoted);
        }
        else if (word != default || _catalog.KnowsNames)
        {
            OnMention(name, word, isPart);
        }

        _isSystem = name is "pg_catalog" or "information_schema";
        return isQuoted || isPart ? default : word;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void OnWord(WordId id, bool isAfterFor)
    {
        if (isAfterFor && id is WordId.Update or WordId.Share or WordId.No or WordId.Key)
        {
            _finding.Raise(StatementKind.Write, "locks rows");
        }

        switch (id)
        {
            case WordId.Insert or WordId.Update or WordId.Delete or WordId.Merge:
                _finding.Raise(StatementKind.Write, VerbRule.Writes);
                Mark(isList: false);
                break;
            case WordId.Select or WordId.Values or WordId.Table:
                _isGrouping = false;
                Mark(isList: false);
                break;
            case WordId.With when _before == SqlTokenKind.Open:
                Mark(isList: true);
                break;
            case WordId.By:
                _isGrouping = _wordBefore.Id == WordId.Group;
                break;
            case WordId.Having or WordId.Order or WordId.Limit or WordId.Window or WordId.Union or WordId.Intersect or WordId.Except:
                _isGrouping = false;
                Mark(isList: false); // WITH … (SELECT …) ORDER BY has the query in parentheses.
                break;
            case WordId.Into:
                _finding.Raise(StatementKind.Write, CreatesTable);
                RaiseIfTemporary();
                break;
            case WordId.For:
                _isFor = true;
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void RaiseIfTemporary()
    {
        var ahead = _lexer;
        var id = Id(ref ahead);
        id = id is WordId.Local or WordId.Global ? Id(ref ahead) : id;
        if (id is WordId.Temp or WordId.Temporary)
        {
            _finding.Raise(StatementKind.Session, "a temporary object is the session's own");
            _finding.Use(SessionUse.Session, "creates something of the session's own");
        }
    }

    static WordId Id(ref SqlLexer lexer) => lexer.Next() == SqlTokenKind.Word ? Vocabulary.Of(lexer.Token).Id : WordId.None;

    [MethodImpl(MethodImplOptions.NoInlining)]
    void OnCall(scoped ReadOnlySpan<char> name, Word word, bool isPart, bool isNameOnly)
    {
        if (_isNaming || IsNamedWithColumns(isPart))
        {
            return;
        }

        var grade = isPart && _isSystem ? Grade.Unknown : _catalog.OfFunction(name);
        if (grade == Grade.Unsafe)
        {
            Raise(StatementKind.Session, name, "may change something");
        }
        else if (word.Is(WordRoles.Keeps | WordRoles.Writes | WordRoles.Own))
        {
            OnOwnWord(name, word);
        }
        else if (grade == Grade.Safe)
        {
            _finding.IsImpure |= isNameOnly || !IsSyntax(word);
        }
        else if (grade == Grade.Unknown && !word.Is(WordRoles.Reads) && (isNameOnly || !IsSyntax(word)))
        {
            Raise(StatementKind.Session, name, "is not known");
        }
    }

    /// <summary>CUBE and ROLLUP are functions of extensions anywhere but in GROUP BY.</summary>
    readonly bool IsSyntax(Word word) => word.Id is WordId.Cube or WordId.Rollup ? _isGrouping : word.Is(WordRoles.Syntax);

    /// <summary>Called or named: PostgreSQL's own that do more than read.</summary>
    void OnOwnWord(scoped ReadOnlySpan<char> name, Word word)
    {
        if (word.Is(WordRoles.Keeps))
        {
            Raise(StatementKind.Session, name, "is about the session");
            OnSession(name);
        }
        else if (word.Is(WordRoles.Writes))
        {
            Raise(StatementKind.Write, name, "changes something");
        }
        else
        {
            Raise(StatementKind.Write, name, "tells about one server");
        }
    }

    /// <summary>A setting or a sequence's last value may be meant for the transaction alone; a lock of the session never is.</summary>
    void OnSession(scoped ReadOnlySpan<char> name)
    {
        var isLock = name.Contains("advisory", StringComparison.OrdinalIgnoreCase) || name.Contains("replication_origin_session", StringComparison.OrdinalIgnoreCase);
        _finding.Use(isLock ? SessionUse.Session : SessionUse.Transaction, isLock ? "takes or gives up what belongs to the session" : "is about the session");
    }

    readonly bool IsNamedWithColumns(bool isPart) => !isPart && _before switch
    {
        SqlTokenKind.Word => _wordBefore.Id is WordId.With or WordId.Recursive || !_wordBefore.Is(WordRoles.Keyword),
        SqlTokenKind.Quoted => true,
        SqlTokenKind.Close => !_isBeforeExpression,
        SqlTokenKind.Comma => _depth < 64 && (_withLists & (1UL << _depth)) != 0,
        _ => false,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    void OnMention(scoped ReadOnlySpan<char> name, Word word, bool isPart)
    {
        // In x.f the part may be a function of x, which only matters if it changes something.
        var isOwn = isPart && !_isSystem ? word.Is(WordRoles.Keeps | WordRoles.Writes) && !word.Is(WordRoles.Relation) : word.Is(WordRoles.Relation);
        if (isOwn)
        {
            OnOwnWord(name, word);
            return;
        }

        var grade = _catalog.OfRelation(name);
        if (grade == Grade.Unsafe || (isPart && _finding.IsNews(StatementKind.Session) && _catalog.OfFunction(name) == Grade.Unsafe))
        {
            Raise(StatementKind.Session, name, "may change something");
        }

        _finding.IsImpure |= grade == Grade.Safe;
    }

    void OnOperator(scoped ReadOnlySpan<char> symbol)
    {
        var grade = _catalog.OfOperator(symbol);
        if (symbol.Length > 1 && symbol[^1] == '@')
        {
            // Npgsql takes @name for a parameter even right behind an operator.
            var shorter = _catalog.OfOperator(symbol[..^1]);
            grade = shorter > grade ? shorter : grade;
        }

        if (grade == Grade.Unsafe)
        {
            Raise(StatementKind.Session, symbol, "may change something");
        }

        _finding.IsImpure |= grade == Grade.Safe;
    }

    void Mark(bool isList)
    {
        if ((isList || _withLists != 0) && _depth is >= 0 and < 64)
        {
            _withLists = isList ? _withLists | (1UL << _depth) : _withLists & ~(1UL << _depth);
        }
    }

    /// <summary>Out of the way: it happens a few times in a text, and each name would carry it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Raise(StatementKind kind, scoped ReadOnlySpan<char> name, string what)
    {
        if (_finding.IsNews(kind))
        {
            _finding.Raise(kind, $"{name} {what}");
        }
    }

    void NotUnderstood() => _finding.Raise(StatementKind.Write, "is not understood in full");
}
