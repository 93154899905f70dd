namespace ResilientPostgres.Tests.Fake.Conformance;

/// <summary>What a client sends on a session of its own, and what a real server answers.</summary>
sealed record ProtocolCase(string Name, IReadOnlyList<string> Steps, IReadOnlyList<string> Expected)
{
    public override string ToString() => Name;
}
