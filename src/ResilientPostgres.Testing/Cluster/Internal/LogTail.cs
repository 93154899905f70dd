namespace ResilientPostgres.Testing;

/// <summary>The end of a server's log, for error messages.</summary>
internal static class LogTail
{
    const int Lines = 30;

    internal static string Read(string path)
    {
        try
        {
            return string.Join(Environment.NewLine, File.ReadLines(path).TakeLast(Lines));
        }
        catch (IOException exception)
        {
            return $"(no log: {exception.Message})";
        }
    }
}
