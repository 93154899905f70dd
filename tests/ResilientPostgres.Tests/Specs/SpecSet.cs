using System.Text.Json;
using System.Text.Json.Serialization;

namespace ResilientPostgres.Tests.Specs;

/// <summary>Reads a folder of spec files. A field that nobody knows is a typo and fails; so does a folder or a file without a case.</summary>
static class SpecSet
{
    static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        ReadCommentHandling = JsonCommentHandling.Disallow,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
    };

    public static SpecFile<TCase> Parse<TCase>(string json, string file)
        where TCase : ISpecCase
    {
        SpecFile<TCase> parsed;
        try
        {
            parsed = JsonSerializer.Deserialize<SpecFile<TCase>>(json, _json) ?? throw new JsonException("the file is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: {e.Message}", e);
        }

        if (parsed.Cases.Count == 0)
        {
            throw new InvalidDataException($"{file}: has no case.");
        }

        var twice = parsed.Cases.GroupBy(static c => c.Name).FirstOrDefault(static g => g.Count() > 1);
        return twice is null ? parsed : throw new InvalidDataException($"{file}: two cases are named '{twice.Key}'.");
    }

    /// <summary>File and case name of every case in a folder under tests/specs.</summary>
    public static TheoryData<string, string> Names<TCase>(string folder)
        where TCase : ISpecCase
    {
        var data = new TheoryData<string, string>();
        foreach (var file in Files(RepositoryRoot.Of("tests", "specs", folder)))
        {
            foreach (var one in Read<TCase>(folder, Path.GetFileName(file)).Cases)
            {
                data.Add(Path.GetFileName(file), one.Name);
            }
        }

        return data;
    }

    public static string[] Files(string folder)
    {
        var files = Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        return files.Length > 0 ? files : throw new InvalidDataException($"{folder} has no spec file.");
    }

    public static TCase Find<TCase>(string folder, string file, string name)
        where TCase : ISpecCase =>
        Read<TCase>(folder, file).Cases.Single(c => c.Name == name);

    static SpecFile<TCase> Read<TCase>(string folder, string file)
        where TCase : ISpecCase =>
        Parse<TCase>(File.ReadAllText(RepositoryRoot.Of("tests", "specs", folder, file)), $"{folder}/{file}");
}
