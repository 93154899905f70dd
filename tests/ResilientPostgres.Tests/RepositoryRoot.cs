namespace ResilientPostgres.Tests;

/// <summary>Where the sources and the specs are, found from the test assembly's own place.</summary>
static class RepositoryRoot
{
    public static string Path { get; } = Find();

    public static string Of(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "DataAccess.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No DataAccess.sln above {AppContext.BaseDirectory}.");
    }
}
