using Npgsql;

namespace ResilientPostgres.Commands;

/// <summary>
/// Moves parameters to another command and back. A parameter belongs to one collection at a time; copies would leave the caller's own without what a
/// procedure puts into them.
/// </summary>
static class ParameterLoan
{
    public static void Lend(NpgsqlParameterCollection from, NpgsqlParameterCollection to)
    {
        if (from.Count == 0)
        {
            return;
        }

        var parameters = new NpgsqlParameter[from.Count];
        from.CopyTo(parameters, 0);
        from.Clear();
        to.AddRange(parameters);
    }
}
