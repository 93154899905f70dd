namespace ResilientPostgres.Testing;

/// <summary>An installation of the PostgreSQL server programs.</summary>
/// <param name="Directory">The folder that holds <c>postgres</c>, <c>initdb</c>, <c>pg_rewind</c> and <c>pg_basebackup</c>.</param>
public sealed record PostgresBinaries(string Directory)
{
    internal string PathOf(string program) => Path.Combine(Directory, program);
}
