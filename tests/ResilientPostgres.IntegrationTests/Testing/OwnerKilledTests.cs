using System.Diagnostics;
using ResilientPostgres.Testing;

namespace ResilientPostgres.IntegrationTests.Testing;

public class OwnerKilledTests
{
    [Fact]
    public async Task Kill_OfOwner_LeavesNoServerAndNoFolder()
    {
        RequirePostgres.Check();
        var cancellationToken = TestContext.Current.CancellationToken;
        using var owner = StartOwner();
        var dataDirectory = await ReadDirectoryAsync(owner, cancellationToken);
        Assert.True(Directory.Exists(dataDirectory));
        var workspace = Path.GetDirectoryName(Path.GetDirectoryName(dataDirectory))!;

        owner.Kill();

        var gone = false;
        var start = TimeProvider.System.GetTimestamp();
        while (!gone && TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(15))
        {
            await Task.Delay(20, cancellationToken);
            gone = !Directory.Exists(workspace) && Leftovers.ProcessesIn(workspace).Length == 0;
        }

        Assert.Empty(Leftovers.ProcessesIn(workspace));
        Assert.False(Directory.Exists(workspace));
    }

    /// <summary>This program once more: <see cref="ClusterOwner"/> takes over when the variable is set.</summary>
    static Process StartOwner()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(OwnerKilledTests).Assembly.Location);
        }

        start.Environment[ClusterOwner.Variable] = "true";
        return Process.Start(start)!;
    }

    static async Task<string> ReadDirectoryAsync(Process owner, CancellationToken cancellationToken)
    {
        while (await owner.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(ClusterOwner.Prefix, StringComparison.Ordinal))
            {
                return line[ClusterOwner.Prefix.Length..];
            }
        }

        throw new InvalidOperationException(await owner.StandardError.ReadToEndAsync(cancellationToken));
    }
}
