using System.Collections.Frozen;

namespace ResilientPostgres;

/// <summary>One server as the application names it. Two are equal if host and port are, whatever else they say.</summary>
public sealed class Endpoint : IEquatable<Endpoint>
{
    readonly int _hash;

    /// <summary>Describes a server.</summary>
    /// <param name="host">Host name or address.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="weight">Share of reads relative to other standbys.</param>
    /// <param name="canBecomePrimary">Whether it may be written to once promoted.</param>
    /// <param name="labels">Free labels.</param>
    public Endpoint(
        string host,
        int port = 5432,
        int weight = 1,
        bool canBecomePrimary = true,
        IReadOnlyDictionary<string, string>? labels = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        Host = host;
        Port = port;
        Weight = weight;
        CanBecomePrimary = canBecomePrimary;
        Labels = labels ?? FrozenDictionary<string, string>.Empty;
        _hash = StringComparer.OrdinalIgnoreCase.GetHashCode(host) * 31 + port;
        Name = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
    }

    /// <summary>Host name or address.</summary>
    public string Host { get; }

    /// <summary>TCP port.</summary>
    public int Port { get; }

    /// <summary>Share of reads relative to other standbys.</summary>
    public int Weight { get; }

    /// <summary>Whether it may be written to once promoted.</summary>
    public bool CanBecomePrimary { get; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary><c>host:port</c>, as logs and metrics show it.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public bool Equals(Endpoint? other) =>
        other is not null && (ReferenceEquals(this, other) || (Port == other.Port && string.Equals(Host, other.Host, StringComparison.OrdinalIgnoreCase)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Endpoint);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
