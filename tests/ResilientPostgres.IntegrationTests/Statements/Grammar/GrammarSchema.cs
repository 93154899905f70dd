namespace ResilientPostgres.IntegrationTests.Statements.Grammar;

/// <summary>Functions, views, operators, types and policies of one's own: some only read, some hide a write.</summary>
static class GrammarSchema
{
    public const string Sql =
        """
        CREATE TABLE t (a int, b text);
        INSERT INTO t SELECT i, 'x' || i FROM generate_series(1, 5) i;
        CREATE TABLE log (n int);
        CREATE SEQUENCE s;
        CREATE FUNCTION steady(int) RETURNS int STABLE LANGUAGE sql AS 'SELECT $1 + 1';
        CREATE FUNCTION fickle(int) RETURNS int VOLATILE LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES ($1); RETURN $1; END';
        CREATE FUNCTION draw(int) RETURNS int VOLATILE LANGUAGE sql AS $$SELECT nextval('s')::int$$;
        CREATE FUNCTION "Fickle"(int) RETURNS int VOLATILE LANGUAGE sql AS 'SELECT fickle($1)';
        CREATE FUNCTION filter(int) RETURNS int VOLATILE LANGUAGE sql AS 'SELECT fickle($1)';
        CREATE FUNCTION "cast"(int) RETURNS int VOLATILE LANGUAGE sql AS 'SELECT fickle($1)';
        CREATE FUNCTION of_row(t) RETURNS int VOLATILE LANGUAGE sql AS 'SELECT fickle($1.a)';
        CREATE FUNCTION step(int, int) RETURNS int VOLATILE LANGUAGE sql AS 'SELECT fickle($2)';
        CREATE AGGREGATE stepped(int) (SFUNC = step, STYPE = int, INITCOND = '0');
        CREATE AGGREGATE finished(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', FINALFUNC = fickle);
        CREATE FUNCTION either(int, int) RETURNS int VOLATILE LANGUAGE sql AS 'SELECT fickle($1 + $2)';
        CREATE OPERATOR <+> (LEFTARG = int, RIGHTARG = int, FUNCTION = either);
        CREATE OPERATOR <#> (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
        CREATE OPERATOR @#@ (RIGHTARG = regclass, FUNCTION = nextval);
        CREATE VIEW plain AS SELECT a, b FROM t;
        CREATE VIEW drawing AS SELECT nextval('s') AS a;
        CREATE VIEW over_drawing AS SELECT a + 1 AS a FROM drawing;
        CREATE VIEW "order" AS SELECT fickle(1) AS a;
        CREATE DOMAIN positive AS int CHECK (VALUE > -100);
        CREATE DOMAIN logged AS int CHECK (fickle(VALUE) IS NOT NULL);
        CREATE DOMAIN logged_too AS logged;
        CREATE TABLE guarded (a int);
        INSERT INTO guarded VALUES (1);
        ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
        ALTER TABLE guarded FORCE ROW LEVEL SECURITY;
        CREATE POLICY p ON guarded USING (fickle(a) > 0);
        """;
}
