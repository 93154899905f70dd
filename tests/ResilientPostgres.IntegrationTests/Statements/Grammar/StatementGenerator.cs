namespace ResilientPostgres.IntegrationTests.Statements.Grammar;

/// <summary>Random statements over <see cref="GrammarSchema"/>, most of which a server accepts.</summary>
sealed class StatementGenerator(int seed)
{
    readonly Random _random = new(seed);

    public string Next() => _random.Next(12) switch
    {
        0 => Pick("EXPLAIN ", "EXPLAIN ANALYZE ", "EXPLAIN (ANALYZE, COSTS OFF) ", "explain verbose ") + Query(2),
        1 => Query(2) + "; " + Pick(Query(1), "SET my.own = '1'", "INSERT INTO log VALUES (1)", "SELECT 1"),
        2 => Pick(
            "INSERT INTO log VALUES (1)", "UPDATE t SET a = a", "DELETE FROM log", "SET my.own = '2'", "CREATE TEMP TABLE mine (a int)", "LISTEN x",
            "PREPARE p AS SELECT 1", "SELECT pg_advisory_lock(1)", "SELECT set_config('my.own', '3', false)", "SELECT nextval('s')", "TABLE plain", "TABLE drawing",
            "SELECT lo_create(0)", "SELECT pg_notify('a', 'b')", "DO 'BEGIN PERFORM fickle(1); END'", "DECLARE c CURSOR FOR SELECT 1", "LOCK TABLE t", "VALUES (1), (2)"),
        3 => Mixed(Query(2)),
        _ => Query(3),
    };

    string Query(int depth) => _random.Next(9) switch
    {
        0 when depth > 0 => $"({Query(depth - 1)}) UNION ALL SELECT {Expression(1)}",
        1 when depth > 0 => $"WITH x AS ({Query(depth - 1)}), y (c) AS (SELECT {Expression(depth - 1)}) {Select(depth - 1)}",
        2 when depth > 0 => $"WITH x AS (SELECT 1) (SELECT {Expression(depth - 1)} AS c) ORDER BY 1{Pick("", $", {Call("c")}")}",
        3 when _random.Next(4) == 0 => $"WITH w AS ({Pick("INSERT INTO log VALUES (7)", "DELETE FROM log", "UPDATE t SET a = a")} RETURNING 1) SELECT * FROM w",
        4 => $"VALUES ({Expression(depth)}), ({Expression(0)})",
        _ => Select(depth),
    };

    string Select(int depth) =>
        $"SELECT {Pick("", "", "", "DISTINCT ", "ALL ", "DISTINCT ON (a) ")}{Expression(depth)}{Pick("", " AS c", " c", $", {Expression(0)}")}"
        + $"{(_random.Next(40) == 0 ? " INTO copied" : "")} FROM {Source(depth)}{Pick("", "", $" WHERE {Expression(depth)} > 0", $" GROUP BY t.a, {Pick("t.b", "t.a")}")}"
        + $"{Pick("", "", " ORDER BY 1", " LIMIT 2", $" OFFSET {Expression(0)}")}{(_random.Next(20) == 0 ? Pick(" FOR UPDATE", " FOR SHARE", " FOR/**/NO KEY UPDATE", " for key share") : "")}";

    string Source(int depth) => _random.Next(8) switch
    {
        0 => $"t CROSS JOIN {Pick("plain", "plain p", "drawing d", "over_drawing", "\"order\"", "guarded", "pg_catalog.pg_am", "information_schema.schemata", "s")}",
        1 when depth > 0 => $"t, LATERAL (SELECT {Expression(depth - 1)}) AS l (v)",
        2 => $"t, {Call("2")} AS f",
        3 => $"t, ROWS FROM ({Call("1")}, {Call("2")}) f (u, v)",
        4 => $"t JOIN plain q ON {Expression(0)} > 0",
        5 => "t TABLESAMPLE bernoulli (50)",
        _ => "t",
    };

    string Expression(int depth) => _random.Next(depth > 0 ? 16 : 5) switch
    {
        0 => _random.Next(9).ToString(System.Globalization.CultureInfo.InvariantCulture),
        1 => "1",
        2 => "(SELECT max(a) FROM t)",
        3 => Call(Pick("1", "2", "-3")),
        4 => Pick("length('it''s')", "length($q$fickle(1)$q$)", "length(E'\\'x')", "2 /* fickle(1) */", "1 -- nextval('s')\n", "length(U&'x')"),
        5 => $"{Expression(depth - 1)} {Pick("+", "*", "<#>", "<#>", "OPERATOR(pg_catalog.+)", "OPERATOR(public.<#>)", "-")} {Expression(depth - 1)}",
        6 => $"{Expression(0)} {Pick("<+>", "OPERATOR(public.<+>)", "<+>-", "<#>-")} {Expression(0)}",
        7 => $"CASE WHEN {Expression(depth - 1)} > 0 THEN {Expression(depth - 1)} ELSE {Call("4")} END",
        8 => $"({Expression(depth - 1)})::{Pick("int", "numeric(10, 0)::int", "positive", "logged", "logged_too", "pg_catalog.int4", "public.positive")}",
        9 => $"CAST({Expression(depth - 1)} AS {Pick("int", "positive", "logged", "numeric(9)")})::int",
        10 => $"coalesce({Expression(depth - 1)}, {Expression(depth - 1)})",
        11 => $"(SELECT {Pick("count(*)", "sum(a)", "max(a) FILTER (WHERE a > 0)", "stepped(a)", "finished(a)", "count(DISTINCT b)")}::int FROM {Pick("t", "plain", "generate_series(1, 3) g (a)")})",
        12 => $"(ARRAY[{Expression(depth - 1)}, {Call("1")}])[1]",
        13 => Pick("(SELECT t.of_row FROM t LIMIT 1)", "(SELECT (t).of_row FROM t LIMIT 1)", "(SELECT of_row(t) FROM t LIMIT 1)", "(@#@ 's'::regclass)::int", "positive '5'", "logged '5'"),
        14 => $"extract(day FROM now())::int + {Expression(depth - 1)}",
        _ => $"(SELECT {Expression(depth - 1)} FROM t LIMIT 1)",
    };

    string Call(string argument) => _random.Next(4) switch
    {
        0 => Pick("fickle", "draw", "\"Fickle\"", "filter", "public.fickle", "\"cast\"", "FICKLE", "public . draw", "fickle /* */ ", "public.\"cast\"") + $"({argument})",
        1 => $"{Pick("abs", "sign", "pg_catalog.abs", "greatest", "\"abs\"", "Abs ", "coalesce", "public.steady", "steady")}({argument})",
        2 => $"{Pick("steady", "STEADY", "public.steady", "\"steady\"")}({argument})",
        _ => $"{Pick("abs", "ceil", "pg_catalog.floor")}({argument})::int",
    };

    /// <summary>Words in another case, and blanks of all kinds: quotes and dollar tags stay as they are in what is generated here.</summary>
    string Mixed(string text) => text.Replace(" FROM ", Pick(" from\n", "/*/* */*/FROM\t", " From--\n"), StringComparison.Ordinal).Replace("SELECT ", Pick("select ", "SeLeCt\n"), StringComparison.Ordinal);

    string Pick(params ReadOnlySpan<string> of) => of[_random.Next(of.Length)];
}
