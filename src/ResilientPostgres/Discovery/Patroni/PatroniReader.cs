using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace ResilientPostgres.Discovery;

/// <summary>
/// Reads the answer to <c>GET /cluster</c>. Versions differ, so what is not known is passed over, and a field that is not what it should be counts as left out. Pure.
/// </summary>
static class PatroniReader
{
    const int MostMembers = 100;

    /// <exception cref="InvalidDataException">That is not what Patroni answers.</exception>
    public static PatroniAnswer Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Read(json.RootElement);
        }
        catch (JsonException)
        {
            throw new InvalidDataException("its answer is no JSON");
        }
    }

    /// <summary>The cluster's name in the answer to <c>GET /patroni</c>; null if it says none.</summary>
    public static string? ReadScope(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Text(Field(json.RootElement, "patroni"), "scope");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static PatroniAnswer Read(JsonElement root)
    {
        if (Field(root, "members") is not { ValueKind: JsonValueKind.Array } members)
        {
            throw new InvalidDataException("its answer names no members");
        }

        if (members.GetArrayLength() > MostMembers)
        {
            throw new InvalidDataException($"its answer names more than {MostMembers} members");
        }

        return new PatroniAnswer([.. members.EnumerateArray().Where(static m => Text(m, "name") is { Length: > 0 }).Select(Member)])
        {
            Scope = Text(root, "scope"),
            IsPaused = Field(root, "pause") is { ValueKind: JsonValueKind.True },
            Switchover = Switchover(Field(root, "scheduled_switchover")),
        };
    }

    static PatroniMember Member(JsonElement member) => new(Text(member, "name")!, Text(member, "role") ?? "", Text(member, "state") ?? "")
    {
        Host = Text(member, "host") is { } host && IsHost(host) ? host : null,
        Port = Number(member, "port") is > 0 and <= 65535 and var port ? (int)port : 5432,
        Api = Api(Text(member, "api_url")),
        Timeline = Number(member, "timeline") is > 0 and <= uint.MaxValue and var timeline ? (uint)timeline : null,
        Lag = Number(member, "lag") is >= 0 and var lag ? lag : null,
        IsRestartPending = Field(member, "pending_restart") is { ValueKind: JsonValueKind.True },
        Tags = Tags(Field(member, "tags")),
    };

    static PatroniSwitchover? Switchover(JsonElement? planned) =>
        DateTimeOffset.TryParse(Text(planned, "at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new PatroniSwitchover(at, Text(planned, "from"), Text(planned, "to"))
            : null;

    static ImmutableSortedDictionary<string, string> Tags(JsonElement? tags)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var tag in tags is { ValueKind: JsonValueKind.Object } given ? given.EnumerateObject() : default)
        {
            if (Scalar(tag.Value) is { } value)
            {
                read[tag.Name] = value;
            }
        }

        return read.ToImmutable();
    }

    static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary><c>http://pg-a:8008/patroni</c> is the page of a member, whose interface stands one step up.</summary>
    static Uri? Api(string? page) =>
        Uri.TryCreate(page, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.UserInfo.Length == 0
            ? new Uri(url, ".")
            : null;

    static bool IsHost(string text) => Uri.CheckHostName(text) != UriHostNameType.Unknown;

    static JsonElement? Field(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty(name, out var value) ? value : null;

    static string? Text(JsonElement? of, string name) => Field(of, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    static long? Number(JsonElement? of, string name) => Field(of, name) switch
    {
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => number,
        { ValueKind: JsonValueKind.String } value when long.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
