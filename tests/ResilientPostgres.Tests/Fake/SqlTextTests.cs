using ResilientPostgres.Testing.Sql;

namespace ResilientPostgres.Tests.Fake;

/// <summary>When two texts are the same statement.</summary>
public sealed class SqlTextTests
{
    [Theory]
    [InlineData("SELECT 1", "select  1 ;")]
    [InlineData("SELECT a FROM t WHERE id=$1", "select a\n from t -- all\n where id = $1")]
    [InlineData("SELECT a FROM t", "/* tag */ SELECT a FROM t")]
    [InlineData("SELECT 'A  b'", "select 'A  b'")]
    public void Same_But_ForLooks(string one, string other) => Assert.Equal(SqlStatement.Parse(one).Canonical, SqlStatement.Parse(other).Canonical);

    [Theory]
    [InlineData("SELECT 'a'", "SELECT 'A'")]
    [InlineData("SELECT \"a\"", "SELECT \"A\"")]
    [InlineData("SELECT 'a  b'", "SELECT 'a b'")]
    [InlineData("SELECT a", "SELECT a, b")]
    public void Different(string one, string other) => Assert.NotEqual(SqlStatement.Parse(one).Canonical, SqlStatement.Parse(other).Canonical);

    [Theory]
    [InlineData("WHERE id = @id AND name = @name OR id = @ID", "WHERE id = $1 AND name = $2 OR id = $1")]
    [InlineData("SELECT :a::int, x::text", "SELECT $1::int, x::text")]
    [InlineData("tags @> @tags AND '@no' = $$:no$$", "tags @> $1 AND '@no' = $$:no$$")]
    [InlineData("a=@a AND b>=:b AND c<@c", "a=$1 AND b>=$2 AND c<$3")]
    [InlineData("a::int=@a AND tags<@ARRAY['x'] AND tags<@f(@b) AND @@x", "a::int=$1 AND tags<@ARRAY['x'] AND tags<@f($2) AND @@x")]
    public void NamedParameters_AreNumberedLikeNpgsql(string named, string numbered) => Assert.Equal(numbered, NamedParameters.Number(named));

    [Theory]
    [InlineData("SELECT 1; SELECT ';'; -- ;\n /* ; */ SELECT $$;$$;", 3)]
    [InlineData(";;", 0)]
    [InlineData("SELECT 'open; SELECT 2", 1)]
    public void Statements_EndAtSemicolons(string text, int statements) => Assert.Equal(statements, SqlStatement.Split(text).Count);
}
