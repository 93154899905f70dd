using System.Text.RegularExpressions;

namespace ResilientPostgres.Iam;

/// <summary>Which region a host name of RDS or Aurora tells.</summary>
static partial class RdsRegion
{
    /// <returns>Null if it is no such name, or the name of a global cluster, whose writer may be in any of its regions.</returns>
    public static string? Of(string host)
    {
        var name = HostName().Match(host.TrimEnd('.').ToLowerInvariant());
        return name.Success ? name.Groups["region"].Value : null;
    }

    /// <summary>In most partitions the region stands before <c>rds</c>, in some behind it.</summary>
    [GeneratedRegex("""^(?:[a-z0-9-]+\.){2,3}(?:(?<region>[a-z]+(?:-[a-z]+)+-\d+)\.rds|rds\.(?<region>[a-z]+(?:-[a-z]+)+-\d+))\.(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov)$""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex HostName();
}
