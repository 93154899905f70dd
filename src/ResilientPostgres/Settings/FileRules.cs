using Npgsql;

namespace ResilientPostgres.Settings;

/// <summary>The files that a connection string names: found missing only at the first login, they would not be named.</summary>
static class FileRules
{
    public static void Check(string connectionString, List<string> failures)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        Check("Root Certificate", given.RootCertificate, failures);
        Check("SSL Certificate", given.SslCertificate, failures);
        Check("SSL Key", given.SslKey, failures);
        Check("Passfile", given.Passfile, failures);
    }

    static void Check(string key, string? file, List<string> failures)
    {
        if (!string.IsNullOrEmpty(file) && !File.Exists(file))
        {
            failures.Add($"ConnectionString: {key} is '{file}', and there is no such file, or it may not be read. Correct the path, or remove the key.");
        }
    }
}
