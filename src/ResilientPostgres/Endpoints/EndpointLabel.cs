namespace ResilientPostgres.Endpoints;

/// <summary>A label that servers may have.</summary>
sealed record EndpointLabel(string Key, string Value)
{
    public bool IsOn(Endpoint endpoint) => endpoint.Labels.TryGetValue(Key, out var value) && value == Value;

    /// <summary>Null if there is none, or it is not <c>key=value</c>.</summary>
    public static EndpointLabel? Parse(string? text) =>
        text?.Split('=', 2) is [{ Length: > 0 } key, { Length: > 0 } value] ? new EndpointLabel(key.Trim(), value.Trim()) : null;
}
