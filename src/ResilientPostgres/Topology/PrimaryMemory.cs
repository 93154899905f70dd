namespace ResilientPostgres.Topology;

/// <summary>The server last accepted as the primary, and the name it was accepted by.</summary>
sealed record PrimaryMemory(Endpoint Endpoint, ServerFacts Facts)
{
    public bool Is(EndpointState state) => state.Facts is { } f && f.IsSameServerAs(Facts);
}
