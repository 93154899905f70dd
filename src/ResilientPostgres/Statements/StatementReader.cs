using System.Runtime.CompilerServices;

namespace ResilientPostgres.Statements;

/// <summary>Reads a text statement by statement: the first word decides how much of the rest has to be understood.</summary>
ref struct StatementReader(string text, FunctionCatalog catalog)
{
    /// <summary>What is longer costs the server's memory more than its time: each session keeps its own.</summary>
    const int LongestPrepared = 8192;

    readonly bool _hasZero = text.Contains('\0');
    SqlLexer _lexer = new(text);
    Finding _finding = new();
    TransactionEffect _effect;
    PreparationEffect _preparation;

    /// <summary>A query, or a change of rows, and that alone.</summary>
    bool _isPlain;

    bool _isAtomic = true;
    bool _hasOther;
    bool _hasDefinition;
    bool _hasChange;
    int _count;

    public StatementVerdict Read()
    {
        for (var first = _lexer.Next(); first != SqlTokenKind.End; first = _lexer.Next())
        {
            if (first != SqlTokenKind.Semicolon && !ReadOne(first))
            {
                break;
            }
        }

        if (_hasZero)
        {
            _finding.Raise(StatementKind.Write, "has a zero character");
        }

        if (_count == 0)
        {
            _finding.Raise(StatementKind.Write, "has no statement");
        }

        return new StatementVerdict(_finding.Kind, _finding.Reason)
        {
            // On sessions for those alone the driver prepares by itself, and such a text would stay what it was.
            IsPure = _finding is { Kind: StatementKind.Read, IsImpure: false } && !_lexer.HasMoment,
            Use = _isPlain && _count == 1 && _finding.SessionUse == SessionUse.None && !_lexer.HasMoment && !_lexer.HasFigure && text.Length <= LongestPrepared ? new StatementUse(text) : null,
            IsAtomic = _isAtomic,
            IsSingle = _count <= 1,
            Effect = _effect,
            Prepared = _preparation,
            IsSetting = _count > 0 && !_hasOther,
            IsDefinition = _hasDefinition,
            IsChange = _hasChange || _finding.Reason is VerbRule.Writes or QueryScan.CreatesTable,
            IsProven = catalog.IsComplete,
            SessionUse = _finding.SessionUse,
            SessionReason = _finding.SessionReason,
            Hint = _lexer.Hint,
        };
    }

    /// <summary>False at the end of the text.</summary>
    bool ReadOne(SqlTokenKind first)
    {
        _count++;
        var depth = SkipOpen(ref first);
        var verb = IdOf(first);
        _isPlain = verb is WordId.Select or WordId.With or WordId.Values or WordId.Table or WordId.Insert or WordId.Update or WordId.Delete or WordId.Merge;
        if (verb == WordId.Explain)
        {
            (verb, var opened) = SkipExplain(out first);
            depth += opened;
        }

        _hasOther |= verb is not (WordId.Set or WordId.Reset or WordId.Show or WordId.Lock);
        _hasDefinition |= verb is WordId.Create or WordId.Alter or WordId.Drop;
        _hasChange |= verb is WordId.Insert or WordId.Update or WordId.Delete or WordId.Merge or WordId.Truncate or WordId.Copy or WordId.Create or WordId.Alter or WordId.Drop;
        return verb switch
        {
            WordId.Select or WordId.With or WordId.Values or WordId.Table => Scan(first, depth),
            WordId.Insert or WordId.Update or WordId.Delete or WordId.Merge => ScanWrite(first, verb, depth),
            WordId.Begin or WordId.Start or WordId.Commit or WordId.End or WordId.Rollback or WordId.Abort
                or WordId.Savepoint or WordId.Release or WordId.Prepare => ReadControl(verb),
            _ => ReadOther(first, verb),
        };
    }

    /// <summary>Apart, as what follows: a statement need not prepare for what it is not.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    bool Scan(SqlTokenKind first, int depth)
    {
        var scan = new QueryScan(ref _lexer, ref _finding, catalog, depth);
        return scan.Run(first);
    }

    bool ScanWrite(SqlTokenKind first, WordId verb, int depth)
    {
        var rule = VerbRule.Of(verb);
        _finding.Raise(rule.Kind, rule.Reason);
        return Scan(first, depth);
    }

    /// <summary>BEGIN, COMMIT and their kin; PREPARE is one only with TRANSACTION.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    bool ReadControl(WordId verb)
    {
        var effect = verb switch
        {
            WordId.Begin or WordId.Start => TransactionEffect.Begins,
            WordId.Savepoint or WordId.Release => TransactionEffect.None,
            _ => TransactionEffect.Ends,
        };
        var isPrepare = verb == WordId.Prepare;
        var before = WordId.None;
        SqlTokenKind token;
        for (token = _lexer.Next(); token is not (SqlTokenKind.End or SqlTokenKind.Semicolon); token = _lexer.Next())
        {
            var id = IdOf(token);
            isPrepare &= !(before == WordId.None && id == WordId.Transaction);
            effect = id switch
            {
                WordId.To or WordId.Prepared => TransactionEffect.None,
                WordId.Chain when before != WordId.No => TransactionEffect.Begins,
                _ => effect,
            };
            before = id == WordId.None ? before : id;
        }

        if (isPrepare)
        {
            _finding.Raise(StatementKind.Session, "prepares a statement in the session");
            _finding.Use(SessionUse.Session, "prepares a statement in the session");
            _preparation = _preparation == PreparationEffect.None ? PreparationEffect.Prepares : _preparation;
            return token == SqlTokenKind.Semicolon;
        }

        _finding.Raise(StatementKind.Transaction, "begins or ends a transaction");
        _effect = effect == TransactionEffect.None ? _effect : effect;
        _isAtomic = false;
        return token == SqlTokenKind.Semicolon;
    }

    /// <summary>Whatever else: of the rest only matters if it is about the session, or more than one transaction.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    bool ReadOther(SqlTokenKind first, WordId verb)
    {
        var rule = VerbRule.Of(first == SqlTokenKind.Word ? verb : WordId.None);
        _finding.Use(first == SqlTokenKind.Word ? SessionUseOf(verb) : SessionUse.None, rule.Reason);
        _finding.Raise(first == SqlTokenKind.Unclear ? StatementKind.Write : rule.Kind, rule.Reason);
        _isAtomic &= rule.IsAtomic;
        var scan = new UtilityScan(ref _lexer, ref _finding, verb);
        var end = scan.Run();
        _isAtomic &= scan.IsAtomic;
        _hasDefinition &= !scan.IsTemporary;
        _preparation = scan.ForgetsPrepared ? PreparationEffect.Forgets : _preparation;
        if (end != UtilityScan.Outcome.Query)
        {
            return end == UtilityScan.Outcome.Statement;
        }

        var query = _lexer.Next();
        return Scan(query, SkipOpen(ref query));
    }

    /// <summary>What the first words say about it.</summary>
    readonly SessionUse SessionUseOf(WordId verb)
    {
        switch (verb)
        {
            case WordId.Set:
                var ahead = _lexer;
                var next = ahead.Next() == SqlTokenKind.Word ? ahead.Token : default;
                var isBrief = next.Equals("local", StringComparison.OrdinalIgnoreCase) || next.Equals("transaction", StringComparison.OrdinalIgnoreCase)
                    || next.Equals("constraints", StringComparison.OrdinalIgnoreCase);
                return isBrief ? SessionUse.None : SessionUse.Session; // Outside a transaction it has no effect, and the server says so.
            case WordId.Reset or WordId.Discard or WordId.Load or WordId.Execute or WordId.Deallocate or WordId.Listen or WordId.Unlisten:
                return SessionUse.Session;
            case WordId.Declare or WordId.Fetch or WordId.Move or WordId.Close:
                return SessionUse.Transaction;
            default:
                return SessionUse.None;
        }
    }

    int SkipOpen(ref SqlTokenKind token)
    {
        var depth = 0;
        for (; token == SqlTokenKind.Open; token = _lexer.Next())
        {
            depth++;
        }

        return depth;
    }

    /// <summary>EXPLAIN is judged as what it explains: with ANALYZE it is run.</summary>
    (WordId Verb, int Depth) SkipExplain(out SqlTokenKind first)
    {
        first = _lexer.Next();
        while (IdOf(first) is WordId.Analyze or WordId.Analyse or WordId.Verbose)
        {
            first = _lexer.Next();
        }

        var depth = SkipOpen(ref first);
        if (depth == 1 && IdOf(first) is not (WordId.Select or WordId.With or WordId.Values or WordId.Table))
        {
            for (; depth > 0 && first != SqlTokenKind.End; first = _lexer.Next())
            {
                depth += first switch { SqlTokenKind.Open => 1, SqlTokenKind.Close => -1, _ => 0 };
            }

            depth = SkipOpen(ref first);
        }

        return (IdOf(first), depth);
    }

    readonly WordId IdOf(SqlTokenKind token) => token == SqlTokenKind.Word ? Vocabulary.Of(_lexer.Token).Id : WordId.None;
}
