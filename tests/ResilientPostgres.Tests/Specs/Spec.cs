namespace ResilientPostgres.Tests.Specs;

/// <summary>How the values of a spec are read.</summary>
static class Spec
{
    static readonly DateTime _epoch = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>Any text names one moment: the same text the same process, another text another one.</summary>
    public static DateTime Start(string text)
    {
        var minutes = 0L;
        foreach (var c in text)
        {
            minutes = (minutes * 131 + c) % 1_000_003;
        }

        return _epoch.AddMinutes(minutes);
    }
}
