namespace ResilientPostgres.Statements;

/// <summary>Goes through a statement that is no query: what in it is about the session, what takes more than one transaction, where a query begins.</summary>
ref struct UtilityScan(ref SqlLexer lexer, ref Finding finding, WordId verb)
{
    readonly ref SqlLexer _lexer = ref lexer;
    readonly ref Finding _finding = ref finding;
    int _depth;

    /// <summary>Open BEGIN ATOMIC and CASE: the semicolons of a function's body separate nothing of ours.</summary>
    int _blocks;

    int _words;
    WordId _before;
    WordId _object;
    bool _isHead = true;

    /// <summary>ON COMMIT DROP.</summary>
    bool _isDropped;

    internal enum Outcome
    {
        Text,
        Statement,
        Query,
    }

    public bool IsAtomic { get; private set; } = true;

    /// <summary>It creates something that concerns its session alone.</summary>
    public bool IsTemporary { get; private set; }

    /// <summary>All prepared statements of the session are gone after it.</summary>
    public bool ForgetsPrepared { get; private set; }

    /// <summary>How it ended: with the text, with the statement, or where a query begins that it runs.</summary>
    public Outcome Run()
    {
        var end = Scan();
        if (IsTemporary && !_isDropped)
        {
            _finding.Use(SessionUse.Session, "creates something of the session's own");
        }

        return end;
    }

    Outcome Scan()
    {
        for (var token = _lexer.Next(); token != SqlTokenKind.End; token = _lexer.Next())
        {
            _depth += token switch { SqlTokenKind.Open => 1, SqlTokenKind.Close => -1, _ => 0 };
            if (token == SqlTokenKind.Semicolon && _depth <= 0 && _blocks == 0)
            {
                return Outcome.Statement;
            }

            if (token is SqlTokenKind.Word or SqlTokenKind.Quoted)
            {
                var isWord = token == SqlTokenKind.Word;
                var word = Vocabulary.Of(isWord ? _lexer.Token : _lexer.Token.Trim('"'));
                See(word, isWord ? word.Id : WordId.None);
                if (isWord && word.Id == WordId.As && _object == WordId.Table && verb == WordId.Create && _depth == 0 && !AsExecute())
                {
                    return Outcome.Query;
                }
            }
        }

        return Outcome.Text;
    }

    void See(Word word, WordId id)
    {
        IsAtomic &= id != WordId.Concurrently && !(_words == 0 && IsApart(id));
        ForgetsPrepared |= id == WordId.All && _words <= 1 && (verb is WordId.Discard or WordId.Deallocate);
        _blocks += id == WordId.Atomic && _before == WordId.Begin ? 1 : _blocks > 0 && id == WordId.Case ? 1 : _blocks > 0 && id == WordId.End ? -1 : 0;
        var isTemporary = _isHead && verb == WordId.Create && id is WordId.Temp or WordId.Temporary;
        IsTemporary |= isTemporary;
        if (isTemporary || (word.Is(WordRoles.Keeps) && !(word.Is(WordRoles.Reads) && !word.Is(WordRoles.Relation))))
        {
            _finding.Raise(StatementKind.Session, "is about the session's own");
            _finding.Use(SessionUse.Transaction, "is about the session's own");
        }

        _isDropped |= id == WordId.Drop && _before == WordId.Commit;
        if (verb == WordId.Declare && id == WordId.Hold && _before == WordId.With)
        {
            _finding.Use(SessionUse.Session, "leaves a cursor in the session");
        }

        var isModifier = id is WordId.Or or WordId.Replace or WordId.Local or WordId.Global or WordId.Temp or WordId.Temporary;
        _object = _isHead && !isModifier ? id : _object;
        _isHead &= isModifier;
        _before = id;
        _words++;
    }

    /// <summary>No transaction block can hold these.</summary>
    readonly bool IsApart(WordId second) => verb switch
    {
        WordId.Create or WordId.Drop or WordId.Alter => second is WordId.Database or WordId.Tablespace or WordId.Subscription or WordId.System,
        WordId.Discard => second == WordId.All,
        _ => false,
    };

    bool AsExecute()
    {
        var ahead = _lexer;
        var isExecute = ahead.Next() == SqlTokenKind.Word && Vocabulary.Of(ahead.Token).Id == WordId.Execute;
        if (isExecute)
        {
            _finding.Raise(StatementKind.Session, "uses a prepared statement of the session");
            _finding.Use(SessionUse.Session, "uses a prepared statement of the session");
        }

        return isExecute;
    }
}
