namespace ResilientPostgres.Tests.Docs;

/// <summary>Every C# block of the README and of docs/ stands, line for line, in a file of samples/Snippets or of the sample tests, which compile.</summary>
public sealed class SnippetTests
{
    public static TheoryData<string> Pages => [.. Markdown().Select(static f => Path.GetRelativePath(RepositoryRoot.Of(), f))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Blocks_Compile(string page)
    {
        string[] folders = [RepositoryRoot.Of("samples", "Snippets"), RepositoryRoot.Of("tests", "ResilientPostgres.SampleTests")];
        var compiled = folders.SelectMany(static f => Directory.GetFiles(f, "*.cs")).Select(static f => Normalise(File.ReadAllText(f))).ToArray();

        Assert.All(Blocks(Path.Combine(RepositoryRoot.Of(), page)), block => Assert.Contains(compiled, file => file.Contains(block, StringComparison.Ordinal)));
    }

    [Fact]
    public void There_AreBlocks() => Assert.True(Markdown().Sum(static f => Blocks(f).Count()) >= 8);

    static IEnumerable<string> Markdown() =>
        [RepositoryRoot.Of("README.md"), .. Directory.GetFiles(RepositoryRoot.Of("docs"), "*.md", SearchOption.AllDirectories)];

    static IEnumerable<string> Blocks(string file)
    {
        var text = File.ReadAllText(file);
        const string fence = "```csharp\n";
        for (var at = text.IndexOf(fence, StringComparison.Ordinal); at >= 0; at = text.IndexOf(fence, at + 1, StringComparison.Ordinal))
        {
            var begin = at + fence.Length;
            yield return Normalise(text[begin..text.IndexOf("```", begin, StringComparison.Ordinal)]);
        }
    }

    /// <summary>Without indentation and blank lines, which differ inside a class.</summary>
    static string Normalise(string text) =>
        string.Join('\n', text.Split('\n').Select(static l => l.Trim()).Where(static l => l.Length > 0));
}
