namespace ResilientPostgres.Statements;

/// <summary>
/// What a text proves about where it may run: conservative, pure, and linear in the text's length. Only a query all of whose words are understood
/// is a read; whatever else is the primary's.
/// </summary>
static class StatementClassifier
{
    public static StatementVerdict Classify(string text, FunctionCatalog catalog)
    {
        var reader = new StatementReader(text, catalog);
        return reader.Read();
    }
}
