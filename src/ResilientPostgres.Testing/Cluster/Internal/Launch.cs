using System.Diagnostics;

namespace ResilientPostgres.Testing;

/// <summary>Starts processes as the server user, and runs short ones to their end.</summary>
internal static class Launch
{
    /// <summary>Starts a command with all its streams redirected, so that it neither reads nor writes the owner's.</summary>
    internal static Process Start(IReadOnlyList<string> command, string folder)
    {
        var start = new ProcessStartInfo(command[0])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        // What the owner set for its own libpq must not reach ours, and another user's home can't be read.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = folder;
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start) ?? throw new InvalidOperationException("Could not start " + command[0] + ".");
    }

    /// <summary>Runs a command as the server user until it ends, and returns what it wrote.</summary>
    /// <exception cref="PostgresServerException">It ended with another code than 0.</exception>
    internal static async Task<string> RunAsync(IReadOnlyList<string> command, string folder, string? input, CancellationToken cancellationToken)
    {
        using var process = Start([.. ServerUser.Current.Launcher, .. command], folder);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync((input ?? "").AsMemory(), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
            var text = await output.ConfigureAwait(false) + await error.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode == 0
                ? text
                : throw new PostgresServerException($"{Path.GetFileName(command[0])} ended with code {process.ExitCode}.", text);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs a shell script as the server user; <paramref name="arguments"/> are its <c>$1</c>, <c>$2</c> ….</summary>
    internal static Task<string> RunScriptAsync(string script, IEnumerable<string> arguments, string folder, CancellationToken cancellationToken) =>
        RunAsync(["/bin/sh", "-c", script, "sh", .. arguments], folder, input: null, cancellationToken);
}
