using System.Globalization;
using System.Net;

namespace ResilientPostgres.Dns.Listing;

/// <summary>A host as the options write it.</summary>
/// <param name="Host">The name.</param>
/// <param name="Port">Its own port; null for the cluster's.</param>
sealed record HostName(string Host, int? Port)
{
    const int LongestLabel = 63;
    const int LongestName = 253;

    /// <summary>Null for what is no name: an address needs no DNS.</summary>
    public static HostName? Parse(string? text)
    {
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0)
        {
            return IsValid(text) ? new HostName(text!, null) : null;
        }

        return IsValid(text![..colon]) && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? new HostName(text[..colon], port)
            : null;
    }

    /// <summary>Whether DNS could know it.</summary>
    public static bool IsValid(string? name)
    {
        var labels = (name ?? "").TrimEnd('.').Split('.');
        return name is { Length: <= LongestName } && !IPAddress.TryParse(name, out _)
            && labels.All(static l => l.Length is > 0 and <= LongestLabel && l.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }
}
