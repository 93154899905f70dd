namespace ResilientPostgres;

/// <summary>
/// Sends statements that only read to servers with a label. What is not set fits everything; a server without the label serves only if none that has it can.
/// </summary>
public sealed class RoutingRuleOptions
{
    /// <summary>A regular expression that the statement's text must match somewhere, without regard to case.</summary>
    public string? Statement { get; set; }

    /// <summary>The label the statement must carry (<c>resilient_postgres:label=report</c> in a comment).</summary>
    public string? Label { get; set; }

    /// <summary>The connection string's <c>Application Name</c>, with <c>*</c> for any characters.</summary>
    public string? Application { get; set; }

    /// <summary>The servers' label, as <c>key=value</c> of <see cref="EndpointOptions.Labels"/>.</summary>
    public string? EndpointLabel { get; set; }

    /// <summary>Where such reads run.</summary>
    /// <value>The default is <see cref="ResilientPostgresOptions.ReadPreference"/>.</value>
    public ReadPreference? ReadPreference { get; set; }
}
