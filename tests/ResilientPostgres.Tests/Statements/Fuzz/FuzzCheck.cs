using System.Diagnostics;
using ResilientPostgres.Statements;

namespace ResilientPostgres.Tests.Statements.Fuzz;

/// <summary>What must hold of any text at all.</summary>
static class FuzzCheck
{
    static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Null if all is well; otherwise what is not.</summary>
    public static string? Fault(string text)
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            var verdict = StatementClassifier.Classify(text, FunctionCatalog.Empty);
            if (Stopwatch.GetElapsedTime(began) > _patience && IsSlow(text))
            {
                return "it takes too long";
            }

            if (verdict.Reason.Length == 0)
            {
                return "no reason is given";
            }

            // What is understood in full ends where it ends: a statement behind it can't hide in it.
            var isHidden = verdict.Kind == StatementKind.Read
                && StatementClassifier.Classify(text + "\n;DELETE FROM t", FunctionCatalog.Empty).Kind == StatementKind.Read;
            return isHidden ? "a statement behind it is not seen" : Tokens(text);
        }
        catch (Exception e)
        {
            return e.ToString();
        }
    }

    /// <summary>Something else may have held the processor the first time.</summary>
    static bool IsSlow(string text)
    {
        var began = Stopwatch.GetTimestamp();
        StatementClassifier.Classify(text, FunctionCatalog.Empty);
        return Stopwatch.GetElapsedTime(began) > _patience;
    }

    static string? Tokens(string text)
    {
        var lexer = new SqlLexer(text);
        var end = 0;
        for (var kind = lexer.Next(); kind != SqlTokenKind.End; kind = lexer.Next())
        {
            if (lexer.Start < end || lexer.Length <= 0 || lexer.Start + lexer.Length > text.Length)
            {
                return $"{kind} of {lexer.Length} at {lexer.Start} after {end}";
            }

            end = lexer.Start + lexer.Length;
        }

        return null;
    }
}
