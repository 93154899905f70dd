using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ResilientPostgres.Calls;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Client;

/// <summary>All that is known of the cluster, for people and for programs: what the probes found beside what the provider says.</summary>
sealed class TopologyDump(Cluster cluster)
{
    readonly TopologySnapshot _snapshot = cluster.Store.Current;
    readonly TimeSpan _now = cluster.Clock.Now;

    public string ToText()
    {
        var text = new StringBuilder($"#{_snapshot.Version} {_snapshot.Status}, primary {_snapshot.Primary?.Endpoint.Name ?? "none"}, timeline {_snapshot.Timeline}");
        foreach (var endpoint in _snapshot.Endpoints)
        {
            text.Append("\n  ").Append(endpoint);
            if (LagOf(endpoint) is { } lag)
            {
                text.Append(CultureInfo.InvariantCulture, $", at most {lag.TotalMilliseconds:F0} ms behind");
            }

            if (IsUnlisted(endpoint) && endpoint.Status != EndpointStatus.Draining)
            {
                text.Append("; is no longer listed");
            }
            else if (cluster.Discovery?.State.Find(endpoint.Endpoint) is { } listed && (listed.Role != EndpointRole.Unknown || listed.Note is not null))
            {
                text.Append(CultureInfo.InvariantCulture, $"; listed as{(listed.Role == EndpointRole.Unknown ? "" : $" {listed.Role}")}{(listed.Note is null ? "" : $" ({listed.Note})")}");
            }
        }

        return text.Append(Source()).ToString();
    }

    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("cluster", cluster.Name);
            json.WriteNumber("version", _snapshot.Version);
            json.WriteString("status", _snapshot.Status.ToString());
            json.WriteString("primary", _snapshot.Primary?.Endpoint.Name);
            json.WriteNumber("timeline", _snapshot.Timeline);
            Write(json, "systemIdentifier", _snapshot.SystemIdentifier);
            json.WriteStartArray("endpoints");
            foreach (var endpoint in _snapshot.Endpoints)
            {
                Write(json, endpoint);
            }

            json.WriteEndArray();
            WriteSource(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    void Write(Utf8JsonWriter json, EndpointSnapshot endpoint)
    {
        json.WriteStartObject();
        json.WriteString("host", endpoint.Endpoint.Host);
        json.WriteNumber("port", endpoint.Endpoint.Port);
        json.WriteString("address", endpoint.Endpoint.Address);
        json.WriteString("role", endpoint.Role.ToString());
        json.WriteString("status", endpoint.Status.ToString());
        json.WriteString("reason", endpoint.Reason);
        json.WriteBoolean("isReadOnly", endpoint.IsReadOnly);
        Write(json, "timeline", endpoint.Timeline);
        json.WriteNumber("generation", endpoint.Generation);
        json.WriteNumber("inFlight", endpoint.InFlight);
        json.WriteNumber("latencyMilliseconds", Math.Round(endpoint.Latency.TotalMilliseconds, 3));
        Write(json, "lagMilliseconds", LagOf(endpoint) is { } lag ? (long)lag.TotalMilliseconds : null);
        json.WriteNumber("weight", endpoint.Endpoint.Weight);
        json.WriteBoolean("canBecomePrimary", endpoint.Endpoint.CanBecomePrimary);
        json.WriteStartObject("labels");
        foreach (var (key, value) in endpoint.Endpoint.Labels)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        var listed = cluster.Discovery?.State.Find(endpoint.Endpoint);
        json.WriteBoolean("isListed", !IsUnlisted(endpoint));
        json.WriteString("listedAs", listed is { Role: not EndpointRole.Unknown } ? listed.Role.ToString() : null);
        json.WriteString("listedNote", listed?.Note);
        json.WriteEndObject();
    }

    void WriteSource(Utf8JsonWriter json)
    {
        json.WriteStartObject("source");
        json.WriteString("name", cluster.Discovery?.Name ?? "options");
        if (cluster.Discovery?.State is { } state)
        {
            json.WriteString("note", state.Listing?.Note);
            Write(json, "ageMilliseconds", state.Listing is null ? null : (long)(_now - state.At).TotalMilliseconds);
            json.WriteString("failure", state.Failure);
        }

        json.WriteEndObject();
    }

    string Source()
    {
        if (cluster.Discovery is not { } discovery)
        {
            return "";
        }

        var state = discovery.State;
        var age = state.Listing is null ? "nothing yet" : string.Create(CultureInfo.InvariantCulture, $"{state.Endpoints.Length} endpoints, {(_now - state.At).TotalSeconds:F1} s ago");
        return $"\n  listed by {discovery.Name}: {age}"
            + (state.Listing?.Note is { } note ? $"; {note}" : "")
            + (state.Failure is { } failure ? $"; failing: {failure}" : "");
    }

    bool IsUnlisted(EndpointSnapshot endpoint) => cluster.Discovery?.State is { Listing: not null } state && state.Find(endpoint.Endpoint) is null;

    TimeSpan? LagOf(EndpointSnapshot endpoint) =>
        endpoint is { Role: EndpointRole.Standby, Gauge: { FreshAsOf: not null } gauge } ? gauge.LagBound(_now) : null;

    static void Write(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
