using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ResilientPostgres.Benchmarks.Reporting;

/// <summary>Says everything twice: at once on the console, and at the end in a Markdown file.</summary>
sealed class Report(string? file)
{
    readonly StringBuilder _kept = new();

    /// <summary>Kept in the file.</summary>
    public void Write(string text)
    {
        Console.WriteLine(text);
        _kept.Append(text).Append('\n');
    }

    /// <summary>On the console only.</summary>
    public static void Progress(string text) => Console.WriteLine(text);

    public void Write(Table table) => Write(table.ToString());

    /// <summary>The last line on the console; figures in the order they were given.</summary>
    public void Finish(IReadOnlyDictionary<string, double> figures) =>
        Finish(figures.ToDictionary(static f => f.Key, static f => (object)Math.Round(f.Value, 3)));

    /// <summary>As above, where some figures are by scenario.</summary>
    public void Finish(IReadOnlyDictionary<string, object> figures)
    {
        var json = JsonSerializer.Serialize(figures);
        if (file is not null)
        {
            File.WriteAllText(file, _kept.Append("\n```json\n").Append(json).Append("\n```\n").ToString());
        }

        Console.WriteLine(json);
    }

    public static string Number(double value, int decimals = 1) => value.ToString("F" + decimals, CultureInfo.InvariantCulture);
}
