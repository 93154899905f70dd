namespace ResilientPostgres;

/// <summary>Which servers reads prefer of those that will do: the near ones. None is excluded by it; where no preferred one will do, any other is read.</summary>
public sealed class AffinityOptions
{
    /// <summary>A label that near servers have, as <c>key=value</c>: <c>zone=eu-west-1a</c>. Labels come from <see cref="EndpointOptions.Labels"/> or from the provider of endpoints.</summary>
    /// <value>The default value is <see langword="null"/>: all are as good.</value>
    public string? Label { get; set; }

    /// <summary>How much longer a server's probes may take than those of the nearest standby that will do; reads go to those within.</summary>
    /// <value>The default value is <see langword="null"/>: no matter. From 100 microseconds to 10 seconds.</value>
    public TimeSpan? MaxLatencyDifference { get; set; }
}
