using System.Diagnostics;
using System.Text.RegularExpressions;
using ResilientPostgres.Testing;

namespace ResilientPostgres.Benchmarks.Freshness;

/// <summary>One process of the sample application Comments; it ends with us, since its input does.</summary>
sealed partial class WebInstance : IAsyncDisposable
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    readonly Process _process;

    WebInstance(Process process) => _process = process;

    public Uri Address { get; private set; } = null!;

    public static async Task<WebInstance> StartAsync(PostgresCluster cluster, string keys, bool isConsistent)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "Comments.dll"),
                "--urls=http://127.0.0.1:0",
                "--EndsWithInput=true",
                "--Logging:LogLevel:Microsoft.AspNetCore=Warning",
                $"--Keys={keys}",
                $"--Consistency={isConsistent}",
                $"--Postgres:ConnectionString={cluster.ConnectionString}",
                $"--Postgres:Consistency:Level={(isConsistent ? "Process" : "None")}",
            },
        };
        var instance = new WebInstance(Process.Start(start)!);
        try
        {
            instance.Address = await instance.ListensAsync().WaitAsync(_patience);
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    async Task<Uri> ListensAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } found)
            {
                _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null); // So that it never waits for us to read.
                return new Uri(found.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("The application ended before it listened.");
    }

    [GeneratedRegex(@"Now listening on: (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
