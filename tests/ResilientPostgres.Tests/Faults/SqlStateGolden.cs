using System.Text;
using Npgsql;

namespace ResilientPostgres.Tests.Faults;

/// <summary>Writes down what is decided now: codes decided alike in one case, a line for each decision.</summary>
static class SqlStateGolden
{
    public static PostgresException Thrown(string code, string severity) => new("m", severity, severity, code);

    public static Decision Decide(string code, Cell cell) => Decision.Of(Thrown(code, cell.Severity), cell.Phase, cell.Work);

    public static string Write(IEnumerable<string> codes, string about)
    {
        var text = new StringBuilder();
        text.Append("{\n  \"about\": \"").Append(about).Append("\",\n  \"cases\": [");
        var separator = "\n";
        foreach (var alike in codes.GroupBy(static line => string.Join('\n', Lines(line[..5]))))
        {
            var names = string.Join(",\n", alike.Select(static c => $"        \"{c}\""));
            text.Append(separator).Append("    {\n      \"name\": \"").Append(alike.First()[..5]).Append("\",\n      \"codes\": [\n").Append(names)
                .Append("\n      ],\n      \"decisions\": [\n").AppendJoin(",\n", Lines(alike.First()[..5])).Append("\n      ]\n    }");
            separator = ",\n";
        }

        return text.Append("\n  ]\n}\n").ToString();
    }

    static IEnumerable<string> Lines(string code) =>
        from cell in Cell.All
        group cell by (cell.Severity, Decision: Decide(code, cell)) into same
        let d = same.Key.Decision
        select $$"""        { "severity": "{{same.Key.Severity}}", "at": "{{Cell.Format(same)}}", "kind": "{{d.Kind}}", "effect": "{{d.Effect}}", "endpoint": "{{d.Endpoint}}", "repeat": "{{d.Repeat}}", "remedies": "{{d.Remedies}}" }""";
}
