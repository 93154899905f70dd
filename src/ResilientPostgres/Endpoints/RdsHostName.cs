namespace ResilientPostgres.Endpoints;

/// <summary>
/// A host name of RDS, taken apart by the documented forms: <c>name.hash.region.rds.amazonaws.com</c> for an instance, with <c>cluster-</c>, <c>cluster-ro-</c>, <c>cluster-custom-</c> or <c>proxy-</c> before the
/// hash for the others, and the region behind <c>rds</c> in China.
/// </summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Name">The instance's, cluster's or proxy's own name.</param>
/// <param name="Domain">What the names of the instances of the same account and region end with: <c>hash.region.rds.amazonaws.com</c>.</param>
/// <param name="Region">The region; empty for a global database.</param>
sealed record RdsHostName(RdsHostKind Kind, string Name, string Domain, string Region)
{
    static readonly (string Prefix, RdsHostKind Kind)[] _kinds =
    [
        ("cluster-custom-", RdsHostKind.Custom),
        ("cluster-ro-", RdsHostKind.Reader),
        ("cluster-", RdsHostKind.Cluster),
        ("proxy-", RdsHostKind.Proxy),
        ("global-", RdsHostKind.Global),
    ];

    /// <summary>Null for any other name.</summary>
    public static RdsHostName? Parse(string host)
    {
        var labels = host.TrimEnd('.').ToLowerInvariant().Split('.');
        var rds = Array.LastIndexOf(labels, "rds");
        if (rds < 2 || labels.Any(static l => l.Length == 0) || !IsAmazon(labels.AsSpan(rds + 1), out var isRegionBehind))
        {
            return null;
        }

        var scope = isRegionBehind ? rds - 1 : rds - 2;
        if (scope < 1)
        {
            return null;
        }

        var (kind, hash) = Split(labels[scope]);

        // An endpoint of a proxy has a label more: name.endpoint.proxy-hash.
        var isFormed = hash.Length > 0 && (scope == 1 || (scope == 2 && kind == RdsHostKind.Proxy && labels[1] == "endpoint"));
        var region = kind == RdsHostKind.Global ? "" : labels[isRegionBehind ? rds + 1 : rds - 1];
        return isFormed ? new RdsHostName(kind, labels[0], string.Join('.', [hash, .. labels[(scope + 1)..]]), region) : null;
    }

    /// <summary>The host name of an instance of the same cluster.</summary>
    public string OfInstance(string name) => $"{name}.{Domain}";

    static (RdsHostKind Kind, string Hash) Split(string label)
    {
        foreach (var (prefix, kind) in _kinds)
        {
            if (label.StartsWith(prefix, StringComparison.Ordinal))
            {
                return (kind, label[prefix.Length..]);
            }
        }

        return (RdsHostKind.Instance, label);
    }

    static bool IsAmazon(ReadOnlySpan<string> tail, out bool isRegionBehind)
    {
        isRegionBehind = tail is [_, "amazonaws", "com", "cn"];
        return isRegionBehind || tail is ["amazonaws", "com"];
    }
}
