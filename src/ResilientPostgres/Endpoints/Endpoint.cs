using System.Collections.Frozen;

namespace ResilientPostgres;

/// <summary>One server as the application names it. Two are equal if host, port and address are, whatever else they say.</summary>
public sealed class Endpoint : IEquatable<Endpoint>
{
    readonly int _hash;

    /// <summary>Describes a server.</summary>
    /// <param name="host">Host name or address.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="weight">Share of reads relative to other standbys.</param>
    /// <param name="canBecomePrimary">Whether it may be written to once promoted.</param>
    /// <param name="labels">Free labels.</param>
    /// <param name="address">The address to dial instead of asking the system for the host's; certificates are still checked against the host.</param>
    public Endpoint(
        string host,
        int port = 5432,
        int weight = 1,
        bool canBecomePrimary = true,
        IReadOnlyDictionary<string, string>? labels = null,
        string? address = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        Host = host;
        Port = port;
        Weight = weight;
        CanBecomePrimary = canBecomePrimary;
        Labels = labels ?? FrozenDictionary<string, string>.Empty;
        Address = address;
        _hash = HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(host), port, address);
        Name = (host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}") + (address is null ? "" : $" ({address})");
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

    /// <summary>
    /// The address that is dialled, where one name has several or they change; <see langword="null"/> where the system resolves the host at each connect.
    /// </summary>
    public string? Address { get; }

    /// <summary><c>host:port</c>, and the address if it has one, as logs and metrics show it.</summary>
    public string Name { get; }

    /// <summary>It stands behind a pooler that is an endpoint too: read from, and never written to.</summary>
    internal bool IsBackend { get; private init; }

    internal Endpoint AsBackend() => new(Host, Port, Weight, canBecomePrimary: false, Labels, Address) { IsBackend = true };

    /// <summary>Host and port are the same, whatever the address.</summary>
    internal bool IsOfSameName(Endpoint other) => Port == other.Port && string.Equals(Host, other.Host, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public bool Equals(Endpoint? other) =>
        other is not null && (ReferenceEquals(this, other) || (Address == other.Address && IsOfSameName(other)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Endpoint);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
