using System.Diagnostics;
using ResilientPostgres.Statements;
using ResilientPostgres.Tests.Specs;
using ResilientPostgres.Tests.Statements.Fuzz;

namespace ResilientPostgres.Tests.Statements;

/// <summary>Texts that nobody would write. The benchmark "routing" tries more of them.</summary>
public sealed class FuzzTests
{
    [Fact]
    public void AnyText_GetsAVerdict()
    {
        var statements = SpecSet.Files(RepositoryRoot.Of("tests", "specs", "statements"))
            .SelectMany(static f => SpecSet.Parse<StatementCase>(File.ReadAllText(f), f).Cases).Select(static c => c.Sql).ToArray();
        var texts = new FuzzTexts(seed: 20_240_607, statements);
        for (var i = 0; i < 50_000; i++)
        {
            var text = texts.Next();
            Assert.Null(FuzzCheck.Fault(text) is { } fault ? $"{fault}: {text}" : null);
        }
    }

    /// <summary>No figure, which the benchmark has: what is quadratic takes minutes, whatever the machine, and what is linear milliseconds.</summary>
    [Fact]
    public void AMegabyte_IsReadInLinearTime()
    {
        foreach (var (name, text) in NastyTexts.Of(1 << 20))
        {
            var best = Enumerable.Range(0, 3).Min(_ =>
            {
                var began = Stopwatch.GetTimestamp();
                StatementClassifier.Classify(text, FunctionCatalog.Empty);
                return Stopwatch.GetElapsedTime(began);
            });
            Assert.True(best < TimeSpan.FromSeconds(10), $"{name}: {best}");
        }
    }
}
