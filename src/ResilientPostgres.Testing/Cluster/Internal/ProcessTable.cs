using System.Globalization;

namespace ResilientPostgres.Testing;

/// <summary>Reads <c>/proc</c>: .NET knows neither a process's parent nor whether it is stopped.</summary>
internal static class ProcessTable
{
    internal static ProcessEntry? Read(int id)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The second field is the name in brackets and may hold anything, so the fields are counted from its end.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        var startTicks = ulong.Parse(fields[19], CultureInfo.InvariantCulture);
        var parentId = int.Parse(fields[1], CultureInfo.InvariantCulture);
        return new ProcessEntry(new ProcessIdentity(id, startTicks), parentId, fields[0][0]);
    }

    internal static List<ProcessEntry> ChildrenOf(int parentId)
    {
        var children = new List<ProcessEntry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && Read(id) is { IsZombie: false } entry && entry.ParentId == parentId)
            {
                children.Add(entry);
            }
        }

        return children;
    }
}
