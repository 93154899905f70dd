using System.Text;

namespace ResilientPostgres.Benchmarks.Reporting;

/// <summary>A Markdown table with aligned columns, so that it reads as well on a console. Numbers stand to the right.</summary>
sealed class Table(params string[] header)
{
    readonly List<string[]> _rows = [header];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = header.Select((_, column) => _rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        Line(text, _rows[0], widths);
        text.Append('|').AppendJoin('|', widths.Select((w, i) => i == 0 ? new string('-', w + 2) : new string('-', w + 1) + ":")).Append("|\n");
        foreach (var row in _rows.Skip(1))
        {
            Line(text, row, widths);
        }

        return text.ToString();
    }

    static void Line(StringBuilder text, string[] cells, int[] widths)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            text.Append("| ").Append(i == 0 ? cells[i].PadRight(widths[i]) : cells[i].PadLeft(widths[i])).Append(' ');
        }

        text.Append("|\n");
    }
}
