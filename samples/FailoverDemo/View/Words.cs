using System.Globalization;
using ResilientPostgres;

namespace FailoverDemo.View;

/// <summary>How figures are written, the same everywhere.</summary>
static class Words
{
    public static string Of(TimeSpan span) =>
        span.TotalSeconds < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:F0} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:F1} s");

    public static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:F0} %");

    public static string Moment(TimeSpan at) => string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,6:F2}s");

    /// <summary>What a server is, or why it can't be told.</summary>
    public static string RoleOf(EndpointSnapshot endpoint) =>
        endpoint.Status == EndpointStatus.Available ? endpoint.Role.ToString().ToLowerInvariant() : endpoint.Status.ToString().ToLowerInvariant();
}
