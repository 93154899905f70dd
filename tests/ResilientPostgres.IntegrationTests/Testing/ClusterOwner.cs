using System.Runtime.CompilerServices;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Testing;

/// <summary>Turns this program into one that owns a cluster, one server of it frozen, until it is killed.</summary>
static class ClusterOwner
{
    internal const string Variable = "RESILIENT_POSTGRES_TEST_OWNER";
    internal const string Prefix = "data directory: ";

#pragma warning disable CA2255 // Meant for applications, which this test program is.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) != "true")
        {
            return;
        }

        // Blocking: a continuation in this module would wait for the very initializer that waits for it.
        var cluster = PostgresCluster.StartAsync().GetAwaiter().GetResult();
        cluster.FreezeAsync(cluster.Standbys[0]).GetAwaiter().GetResult();
        Console.WriteLine(Prefix + cluster.Primary.DataDirectory);
        Thread.Sleep(Timeout.Infinite);
    }
}
