namespace ResilientPostgres.Statements;

/// <summary>What was read from the system catalogs; views are graded by what they select.</summary>
sealed class CatalogContents
{
    public Dictionary<string, Grade> Functions { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Grade> Relations { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Grade> Operators { get; } = new(StringComparer.Ordinal);

    /// <summary>Views by name with what they select, and tables with what their row security evaluates.</summary>
    public List<(string Name, string Query)> Queries { get; } = [];

    /// <summary>A view over a view is graded once that one is; so again until nothing changes.</summary>
    public FunctionCatalog ToCatalog(FunctionPatterns patterns)
    {
        while (true)
        {
            var catalog = new FunctionCatalog(Functions, Relations, Operators, patterns) { IsComplete = true };
            if (!Regrade(catalog))
            {
                return catalog;
            }
        }
    }

    bool Regrade(FunctionCatalog catalog)
    {
        var isChanged = false;
        foreach (var (name, query) in Queries)
        {
            var verdict = StatementClassifier.Classify(query, catalog);
            var grade = verdict.IsPure ? Grade.Unknown : verdict.IsRead ? Grade.Safe : Grade.Unsafe;
            if (grade > Relations.GetValueOrDefault(name))
            {
                Relations[name] = grade;
                isChanged = true;
            }
        }

        return isChanged;
    }
}
