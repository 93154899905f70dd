using System.Text;

namespace ResilientPostgres.Tests.Statements.Fuzz;

/// <summary>Texts that a reader which looks ahead or calls itself would choke on.</summary>
static class NastyTexts
{
    /// <summary>Each of about as many characters.</summary>
    public static IEnumerable<(string Name, string Text)> Of(int length)
    {
        (string Name, string Head, string Piece)[] shapes =
        [
            ("open parentheses", "select ", "("),
            ("open parentheses first", "", "("),
            ("close parentheses", "select ", ")"),
            ("parentheses", "select ", "()"),
            ("unterminated nested comments", "select ", "/*"),
            ("a comment of stars", "select /*", "*"),
            ("a comment of slashes", "select /*", "/"),
            ("empty comments", "select ", "/**/"),
            ("dollar quotes", "select ", "$a$b$"),
            ("dollars", "select ", "$"),
            ("one long dollar tag", "select $", "a"),
            ("dollar tags that differ", "select ", "$a $b"),
            ("quotes", "select ", "'"),
            ("pairs of quotes", "select ", "'' "),
            ("double quotes", "select ", "\""),
            ("words with comments", "select ", "a/*b*/"),
            ("words with line comments", "select ", "a--b\n"),
            ("words with long comments", "select ", "a/*" + new string('b', 1000) + "*/"),
            ("words with blanks", "select ", "a" + new string(' ', 1000)),
            ("E-strings that go on", "select ", "E'a'\n'b' "),
            ("E-strings before blanks", "select ", "E'a'" + new string(' ', 1000)),
            ("E-strings before comments", "select ", "E'a'\n--b\n"),
            ("backslashes", "select E'", "\\"),
            ("unclear and comments", "select ", "\\/*b*/"),
            ("statements", "", "a;"),
            ("selects", "", "select 1;"),
            ("semicolons", "", ";"),
            ("words", "select ", "a,"),
            ("calls", "select ", "abs(a),"),
            ("dots", "select a", ".a"),
            ("casts", "select a", "::a"),
            ("operators", "select a", "+-"),
            ("one long operator", "select a", "<"),
            ("for", "select a ", "for "),
            ("into temp", "select a ", "into local temp "),
            ("as execute", "create table t ", "as execute "),
            ("explain", "", "explain "),
            ("explain options", "explain (", "a "),
            ("begin atomic", "create function f() ", "begin atomic "),
            ("with", "", "with a as ("),
            ("hints", "select 1 /*", "resilient_postgres:primary "),
            ("hints in one word", "select 1 /*", "resilient_postgres:label="),
            ("hints by comment", "select 1 ", "/*resilient_postgres:max_lag=1ms*/"),
            ("one long word", "select ", "a"),
            ("digits", "select ", "1"),
            ("numbers", "select ", "1e+"),
            ("letters beyond ASCII", "select ", "\u0130"),
            ("zeros", "select ", "\0"),
        ];
        return shapes.Select(s => (s.Name, s.Head + new StringBuilder().Insert(0, s.Piece, length / s.Piece.Length) + (s.Head.EndsWith("/*", StringComparison.Ordinal) ? "*/" : "")));
    }
}
