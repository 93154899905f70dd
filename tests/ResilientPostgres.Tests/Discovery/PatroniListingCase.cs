using System.Text.Json;
using ResilientPostgres.Tests.Specs;

namespace ResilientPostgres.Tests.Discovery;

/// <summary>An answer of Patroni, and what is listed by it.</summary>
sealed class PatroniListingCase : ISpecCase
{
    public required string Name { get; init; }

    public JsonElement Body { get; init; }

    /// <summary>The answer before.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>Instead of a body: what is no JSON.</summary>
    public string? Text { get; init; }

    public DateTimeOffset Now { get; init; }

    /// <summary>A part of why it is no answer.</summary>
    public string? Refused { get; init; }

    /// <summary><c>name role</c>, and <c>weight=0</c>, <c>never</c> (it can't become primary) where they hold.</summary>
    public List<string> Endpoints { get; init; } = [];

    public Dictionary<string, Dictionary<string, string>>? Labels { get; init; }

    public List<string>? Notes { get; init; }

    public List<string?>? Apis { get; init; }

    public string? Note { get; init; }

    public string? Scope { get; init; }

    public int? ValidForMs { get; init; }
}
