using ResilientPostgres.Benchmarks.Commits;
using ResilientPostgres.Benchmarks.Discovery;
using ResilientPostgres.Benchmarks.Failover;
using ResilientPostgres.Benchmarks.Fakes;
using ResilientPostgres.Benchmarks.Faults;
using ResilientPostgres.Benchmarks.Freshness;
using ResilientPostgres.Benchmarks.Micro;
using ResilientPostgres.Benchmarks.Reporting;
using ResilientPostgres.Benchmarks.Routing;

// NAME [file for the result] [scenario]
var report = new Report(args.ElementAtOrDefault(1));
switch (args.FirstOrDefault())
{
    case "micro":
        await MicroRun.RunAsync(report);
        return 0;
    case "failover":
        await FailoverRun.RunAsync(report);
        return 0;
    case "faults":
        await FaultsRun.RunAsync(report, args.ElementAtOrDefault(2));
        return 0;
    case "commits":
        await CommitsRun.RunAsync(report, args.ElementAtOrDefault(2));
        return 0;
    case "routing":
        await RoutingRun.RunAsync(report, args.ElementAtOrDefault(2));
        return 0;
    case "freshness":
        await FreshnessRun.RunAsync(report, args.ElementAtOrDefault(2));
        return 0;
    case "discovery":
        await DiscoveryRun.RunAsync(report, args.ElementAtOrDefault(2));
        return 0;
    case "fakes":
        await FakesRun.RunAsync(report, args.ElementAtOrDefault(2));
        return 0;
    case PairWorker.Name:
        await PairWorker.RunAsync(args[1], args[2]);
        return 0;
    case WaitersRun.Name:
        await WaitersRun.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine("Name a benchmark: micro, failover, faults, commits, routing, freshness, discovery, fakes");
        return 2;
}
