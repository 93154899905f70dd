using ResilientPostgres.Testing;

namespace ResilientPostgres.Tests.Fake.Conformance;

/// <summary>The same small table on either side: as a table, and as answers.</summary>
static class ProtocolFixture
{
    public const string Sql =
        """
        DROP TABLE IF EXISTS item;
        CREATE TABLE item (id int PRIMARY KEY, name text);
        INSERT INTO item VALUES (1, 'one'), (2, 'two'), (3, NULL);
        """;

    static readonly (int id, string? name)[] _items = [(1, "one"), (2, "two"), (3, null)];

    public static void Prepare(FakePostgresCluster pg)
    {
        pg.On("SELECT id, name FROM item ORDER BY id").Columns("id", "name").Returns(_items);
        pg.On("SELECT id, name FROM item WHERE id = $1::int").Columns("id", "name").Returns(static r => _items.Where(i => i.id == r.Parameter<int>(1)));
        pg.On("SELECT id FROM item WHERE id > 99").Columns("id").Returns<int>([]);
        pg.On("SELECT name FROM item WHERE id = 1 FOR UPDATE").Columns("name").Returns("one");
        pg.On("SELECT 1 / (id - 1) AS q FROM item WHERE id = 1").Throws("22012", "division by zero").Columns("q").Returns(0);
        pg.On("SELECT * FROM missing").Throws("42P01", "relation \"missing\" does not exist");
        pg.On("SELEC 1").Throws("42601", "syntax error at or near \"SELEC\"");
        pg.On("INSERT INTO item VALUES (4, 'four')").Affects(1);
        pg.On("INSERT INTO item VALUES ($1::int, $2::text)").Affects(1);
        pg.On("INSERT INTO item VALUES (5, 'five') RETURNING id, name").Columns("id", "name").Returns((id: 5, name: "five"));
        pg.On("INSERT INTO item VALUES (1, 'again')").Throws("23505", "duplicate key value violates unique constraint \"item_pkey\"");
        pg.On("UPDATE item SET name = 'x'").Affects(3);
        pg.On("UPDATE item SET name = 'x' WHERE id = 99").Affects(0);
        pg.On("DELETE FROM item WHERE id < 3").Affects(2);
        pg.On("WITH gone AS (DELETE FROM item RETURNING id) SELECT count(*) FROM gone").Columns("count").Returns(3L);
        pg.On("CREATE TABLE other (id int)").Affects(0);
        pg.On("TRUNCATE item").Affects(0);
        pg.On("DO $$ BEGIN RAISE NOTICE 'hello'; RAISE WARNING 'careful'; END $$").Notice("hello").Notice("careful", "WARNING", "01000").Affects(0);
    }
}
