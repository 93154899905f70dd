using ResilientPostgres.Upkeep;

namespace ResilientPostgres;

public sealed partial class ResilientDataSource
{
    /// <summary>For the package for EF Core: what creates, changes and drops the database.</summary>
    internal Administration Administration => field ??= new Administration(_cluster);
}
