namespace ResilientPostgres.Tests.Fake.Conformance;

/// <summary>The cases under tests/specs/protocol. A case is a line with its name, its steps, and behind &gt; what a real server answered.</summary>
static class ProtocolSpec
{
    const string Answer = "> ";

    public static IReadOnlyList<ProtocolCase> Load(string folder) =>
        [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal).SelectMany(static f => Read(Path.GetFileNameWithoutExtension(f), File.ReadAllLines(f)))];

    static IEnumerable<ProtocolCase> Read(string group, string[] lines)
    {
        var (name, steps, expected) = ("", new List<string>(), new List<string>());
        foreach (var line in lines.Append("# "))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                if (name.Length > 0)
                {
                    yield return new ProtocolCase($"{group}: {name}", [.. steps], [.. expected]);
                }

                (name, steps, expected) = (line[2..], [], []);
            }
            else if (line.StartsWith(Answer, StringComparison.Ordinal))
            {
                expected.Add(line[Answer.Length..]);
            }
            else if (line.Length > 0)
            {
                steps.Add(line);
            }
        }
    }
}
