using Microsoft.AspNetCore.Http;

namespace ResilientPostgres;

/// <summary>How a visitor's consistency token travels from one request to the next.</summary>
public sealed class ResilientConsistencyOptions
{
    /// <summary>The longest text of a token that is looked at, in characters.</summary>
    internal const int MostCharacters = 512;

    /// <summary>So many of the longest tokens fit into <see cref="MostCharacters"/> once they are protected.</summary>
    internal const int MostDataSources = 6;

    /// <summary>The names of the clusters whose tokens travel, as given to <c>AddResilientPostgres</c>; at most 6.</summary>
    /// <value>Empty by default, which means the cluster registered without a name; its name, should others stand beside it, is <c>postgres</c>.</value>
    public IList<string> DataSources { get; } = [];

    /// <summary>Whether the token travels in a cookie.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool UseCookie { get; set; } = true;

    /// <summary>The cookie. Its lifetime is <see cref="Lifetime"/>, unless it has one of its own.</summary>
    /// <value>By default <c>.ResilientPostgres.Consistency</c>: HttpOnly, SameSite=Lax, Secure as the request, essential (it holds a position in a log, and nothing about the visitor).</value>
    public CookieBuilder Cookie { get; } = new()
    {
        Name = ".ResilientPostgres.Consistency",
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        SecurePolicy = CookieSecurePolicy.SameAsRequest,
        IsEssential = true,
    };

    /// <summary>Whether the token travels in a header of requests and responses, for calls from service to service. Whoever calls sends back the header of the newest response that had one.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool UseHeader { get; set; }

    /// <summary>The header's name.</summary>
    /// <value>The default value is <c>X-Consistency-Token</c>.</value>
    public string HeaderName { get; set; } = "X-Consistency-Token";

    /// <summary>How long a token counts, by the clocks of the servers that make it and read it. It should be enough for every standby that is in use to catch up.</summary>
    /// <value>The default value is 1 minute.</value>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether requests that only read hand on what they have seen too, so that a visitor's next request never goes back in time. This asks the primary for its position, once
    /// for all requests that end at the time, after each request that has read.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool MonotonicReads { get; set; }
}
