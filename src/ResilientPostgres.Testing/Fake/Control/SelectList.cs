using ResilientPostgres.Testing.Sessions;
using ResilientPostgres.Testing.Sql;
using ResilientPostgres.Testing.Values;

namespace ResilientPostgres.Testing.Control;

/// <summary>A query of plain values, SELECT 1 and the like: literals, parameters, casts and functions of the server's own.</summary>
internal sealed class SelectList : IPlan
{
    readonly List<SelectItem> _items;

    SelectList(List<SelectItem> items)
    {
        _items = items;
        Columns = [.. items.Select(static i => new Column(i.Name, i.Type))];
    }

    public IReadOnlyList<Column> Columns { get; }

    public bool IsControl => true;

    /// <returns>Null if the statement is more than that.</returns>
    internal static SelectList? Find(SqlStatement statement, uint[] types)
    {
        if (!statement.Is(0, "SELECT"))
        {
            return null;
        }

        var items = new List<SelectItem>();
        var reader = new SelectReader(statement, types, at: 1);
        while (!reader.IsAtEnd)
        {
            if (items.Count > 0 && !reader.TakeSymbol(",") || reader.ReadItem() is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return new SelectList(items);
    }

    public async ValueTask<Outcome> ExecuteAsync(Session session, object?[] parameters)
    {
        var row = new object?[_items.Count];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = await _items[i].Evaluate(session, parameters).ConfigureAwait(false);
        }

        return Outcome.Selected([row]);
    }
}
