namespace ResilientPostgres.Tests.Specs;

/// <summary>How the values of a spec are read.</summary>
static class Spec
{
    static readonly DateTime _epoch = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary><c>name</c>, or <c>name@address</c>.</summary>
    public static Endpoint Endpoint(string text, int weight = 1, bool canBecomePrimary = true) =>
        text.Split('@') is [var name, var address] ? new(name, weight: weight, canBecomePrimary: canBecomePrimary, address: address) : new(text, weight: weight, canBecomePrimary: canBecomePrimary);

    public static string Name(Endpoint endpoint) => endpoint.Address is null ? endpoint.Host : $"{endpoint.Host}@{endpoint.Address}";

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
