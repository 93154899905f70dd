using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResilientPostgres.AspNetCore.Health;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ClusterHealth))]
sealed partial class HealthJson : JsonSerializerContext;
