using System.Diagnostics.CodeAnalysis;

namespace ResilientPostgres.Endpoints;

/// <summary>Compares endpoints by all they say, where <see cref="Endpoint"/> itself compares by host and port.</summary>
sealed class EndpointComparer : IEqualityComparer<Endpoint>
{
    public static readonly EndpointComparer Whole = new();

    public bool Equals(Endpoint? x, Endpoint? y) =>
        x is not null && x.Equals(y) && x.Weight == y.Weight && x.CanBecomePrimary == y.CanBecomePrimary
        && x.Labels.Count == y.Labels.Count && x.Labels.All(l => y.Labels.TryGetValue(l.Key, out var v) && v == l.Value);

    public int GetHashCode([DisallowNull] Endpoint obj) => obj.GetHashCode();
}
