using System.Text;
using System.Text.RegularExpressions;

namespace ResilientPostgres.Tests.Architecture;

/// <summary>One C# file, with its code apart from its comments and strings.</summary>
sealed partial class SourceFile
{
    static readonly HashSet<string> _keywords =
    [
        "abstract", "as", "async", "await", "base", "case", "class", "const", "else", "event", "explicit", "extern", "for", "foreach", "global", "if", "implicit",
        "in", "interface", "internal", "is", "namespace", "new", "not", "operator", "or", "out", "override", "params", "partial", "private", "protected",
        "public", "readonly", "record", "ref", "required", "return", "sealed", "static", "struct", "switch", "this", "throw", "typeof", "unsafe", "using",
        "virtual", "volatile", "when", "where", "while", "with", "yield", "and", "var",
    ];

    SourceFile(string path, string text)
    {
        Path = path;
        LineCount = text.AsSpan().Count('\n');
        (Code, Strings) = Split(text);
        Identifiers = Identifier().Matches(Code).Select(static m => m.Value).ToHashSet();
        TypeMentions = Identifier().Matches(Code).Where(m => IsTypeMention(Code.AsSpan(0, m.Index)) && !IsEnumMember(m)).Select(static m => m.Value).ToHashSet();
        Declared = [.. Declaration().Matches(Code).Select(static m => m.Groups["name"].Value)];
        Public = Declaration().Matches(Code)
            .Where(static m => m.Groups["modifiers"].Value.Contains("public", StringComparison.Ordinal))
            .Select(static m => m.Groups["name"].Value)
            .ToHashSet();
    }

    /// <summary>Relative to the project: "Topology/EndpointState.cs".</summary>
    public string Path { get; }

    public string Room => Path.Split('/')[0];

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public int LineCount { get; }

    public string Code { get; }

    public IReadOnlyList<string> Strings { get; }

    public IReadOnlySet<string> Identifiers { get; }

    /// <summary>The identifiers that may name a type: not a member behind a dot, not a name just being declared ("IProbeSession Session").</summary>
    public IReadOnlySet<string> TypeMentions { get; }

    /// <summary>Types declared at the file's own level.</summary>
    public IReadOnlyList<string> Declared { get; }

    public IReadOnlySet<string> Public { get; }

    public static SourceFile FromText(string path, string text) => new(path, text.ReplaceLineEndings("\n"));

    public static IReadOnlyList<SourceFile> All()
    {
        var root = RepositoryRoot.Of("src", "ResilientPostgres");
        var files = Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(f => (Full: f, Path: System.IO.Path.GetRelativePath(root, f).Replace('\\', '/')))
            .Where(static f => !f.Path.StartsWith("obj/", StringComparison.Ordinal) && !f.Path.StartsWith("bin/", StringComparison.Ordinal))
            .Select(static f => FromText(f.Path, File.ReadAllText(f.Full)))
            .ToArray();
        Assert.True(files.Length > 50, $"only {files.Length} sources found in {root}");
        return files;
    }

    public bool Mentions(string identifier) => Identifiers.Contains(identifier);

    static bool IsTypeMention(ReadOnlySpan<char> before)
    {
        if (before.EndsWith("."))
        {
            return Qualifier().Match(before[Math.Max(0, before.Length - 60)..].ToString()) is { Success: true } q
                && (q.Groups[1].Value == "ResilientPostgres" || Rooms.Names.Contains(q.Groups[1].Value));
        }

        var declarator = Declarator().Match(before[Math.Max(0, before.Length - 60)..].ToString());
        return !declarator.Success || _keywords.Contains(declarator.Groups["word"].Value);
    }

    /// <summary>A name alone on its line with a comma is declared there.</summary>
    bool IsEnumMember(Match name)
    {
        var begin = Code.LastIndexOf('\n', name.Index) + 1;
        return Code.AsSpan(begin, name.Index - begin).IsWhiteSpace() && Code.AsSpan(name.Index + name.Length).StartsWith(",\n");
    }

    static (string Code, List<string> Strings) Split(string text)
    {
        var code = new StringBuilder();
        var strings = new List<string>();
        var end = 0;
        foreach (Match match in NotCode().Matches(text))
        {
            code.Append(text, end, match.Index - end);
            end = match.Index + match.Length;
            if (match.Groups["string"] is { Success: true } s)
            {
                // What stands in the holes of an interpolated string is code.
                strings.Add(s.Value);
                code.Append(' ');
                if (s.Value.StartsWith('$'))
                {
                    code.AppendJoin(' ', Hole().Matches(s.Value).Select(static h => h.Value));
                }
            }

            code.Append(' ');
        }

        return (code.Append(text, end, text.Length - end).ToString(), strings);
    }

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|(?<string>\$*(?<q>"{3,}).*?\k<q>|\$?@"(?:[^"]|"")*"|\$?"(?:[^"\\{]|\\.|\{\{|\{(?:[^{}"]|"[^"\n]*"|\{[^{}]*\})*\}|\{)*")|'(?:[^'\\]|\\.)+'""", RegexOptions.Singleline)]
    private static partial Regex NotCode();

    [GeneratedRegex("""\{(?:[^{}"]|"[^"\n]*"|\{[^{}]*\})*\}""")]
    private static partial Regex Hole();

    [GeneratedRegex("""(\w+)\.$""")]
    private static partial Regex Qualifier();

    [GeneratedRegex("""(?:\b(?<word>[A-Za-z_]\w*)\??|(?<!=)>\??|\[\]\??)[ ]+$""")]
    private static partial Regex Declarator();

    [GeneratedRegex("""[A-Za-z_][A-Za-z0-9_]*""")]
    private static partial Regex Identifier();

    [GeneratedRegex("""^(?<modifiers>(?:(?:public|internal|sealed|static|abstract|partial|readonly|file|unsafe|ref)\s+)*)(?:class|struct|interface|enum|record\s+struct|record\s+class|record|delegate\s+\S+)\s+(?<name>[A-Za-z_]\w*)""", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
