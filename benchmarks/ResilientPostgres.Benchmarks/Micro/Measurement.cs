using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace ResilientPostgres.Benchmarks.Micro;

/// <summary>One benchmark in one round.</summary>
/// <param name="Name">Method, with its parameters.</param>
/// <param name="Nanoseconds">Median time of a call.</param>
/// <param name="Bytes">Allocated by a call.</param>
sealed record Measurement(string Name, double Nanoseconds, double Bytes)
{
    /// <summary>Runs a class of benchmarks once, in this process: short, so that rounds can alternate and noise hits all alike.</summary>
    public static IReadOnlyList<Measurement> Take<T>(bool isVerbose)
    {
        var job = Job.Default.WithToolchain(new InProcessEmitToolchain(TimeSpan.FromMinutes(2), logOutput: false))
            .WithWarmupCount(2).WithIterationCount(7).WithIterationTime(TimeInterval.FromMilliseconds(100)).WithEvaluateOverhead(false);
        var artifacts = Directory.CreateTempSubdirectory("benchmarks-");
        try
        {
            var config = ManualConfig.CreateEmpty().AddJob(job).AddDiagnoser(MemoryDiagnoser.Default)
                .AddLogger(isVerbose ? ConsoleLogger.Default : NullLogger.Instance)
                .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance)
                .WithArtifactsPath(artifacts.FullName)
                .WithOptions(ConfigOptions.DisableLogFile);
            return [.. BenchmarkRunner.Run<T>(config).Reports.Select(Of)];
        }
        finally
        {
            artifacts.Delete(recursive: true);
        }
    }

    static Measurement Of(BenchmarkReport report)
    {
        var benchmark = report.BenchmarkCase;
        var name = benchmark.Descriptor.WorkloadMethod.Name + string.Concat(benchmark.Parameters.Items.Select(static p => p.Value));
        var figures = report.ResultStatistics ?? throw new InvalidOperationException($"{name} did not run");
        return new Measurement(name, figures.Median, report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? double.NaN);
    }
}
