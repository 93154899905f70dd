using ResilientPostgres.Statements;

namespace ResilientPostgres.Tests.Statements;

/// <summary>Which texts may be prepared, and when.</summary>
public sealed class StatementUseTests
{
    [Theory]
    [InlineData("SELECT n FROM t WHERE id = $1", true)]
    [InlineData("select n from t where kind = 'open'", true)]
    [InlineData("WITH a AS (SELECT 1) SELECT * FROM a", true)]
    [InlineData("INSERT INTO t VALUES (@n) RETURNING *", true)]
    [InlineData("UPDATE t SET n = n + 1 WHERE id = 7", true)]
    [InlineData("DELETE FROM t WHERE id = $1;", true)]
    [InlineData("MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE", true)]
    [InlineData("INSERT INTO t VALUES ('now')", false)]
    [InlineData("SELECT * FROM t WHERE at >= 'Today'", false)]
    [InlineData("SELECT '2026-01-01'::date", false)]
    [InlineData("SELECT $$yesterday$$::date", false)]
    [InlineData("SELECT E'now'::timestamptz", false)]
    [InlineData("FETCH ALL FROM c", false)]
    [InlineData("EXECUTE p(1)", false)]
    [InlineData("EXPLAIN SELECT 1", false)]
    [InlineData("SHOW work_mem", false)]
    [InlineData("COMMIT", false)]
    [InlineData("CALL p()", false)]
    [InlineData("DO 'x'", false)]
    [InlineData("CREATE TABLE t (n int)", false)]
    [InlineData("COPY t TO STDOUT", false)]
    [InlineData("SELECT set_config('a.b', 'c', false)", false)]
    [InlineData("SELECT 1; SELECT 2", false)]
    public void OnlyQueriesAndChanges_ThatMeanTheSameAlways(string text, bool mayBe) =>
        Assert.Equal(mayBe, StatementClassifier.Classify(text, FunctionCatalog.Empty).Use is not null);

    [Fact]
    public void LongTexts_AreNot() => Assert.Null(StatementClassifier.Classify($"SELECT {new string(' ', 9000)} n FROM t", FunctionCatalog.Empty).Use);

    [Fact]
    public void ReadOfAMoment_IsNotForSessionsThatPrepareByThemselves() => Assert.False(StatementClassifier.Classify("SELECT 'now'::text", FunctionCatalog.Empty).IsPure);

    [Fact]
    public void Counted_Chosen_GivenUp()
    {
        var use = new StatementUse("SELECT n FROM t");

        Assert.Equal([false, false, true, true], Enumerable.Range(0, 4).Select(_ => use.Count(2)));
        use.Choose();
        Assert.True(use.IsChosen);
        Assert.False(use.Count(2));
        use.GiveUp();
        Assert.True(use is { IsGivenUp: true, IsChosen: false });
        Assert.False(use.Count(2));
    }
}
