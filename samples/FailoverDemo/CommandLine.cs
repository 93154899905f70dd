using System.Globalization;

namespace FailoverDemo;

/// <summary>Reads the arguments; an unknown or bad one is an error that says what would do.</summary>
static class CommandLine
{
    public const string Help = """
        Writes and reads through ResilientPostgres on a real cluster of three servers, brings faults upon it, then checks
        every acknowledged write.

        Usage: FailoverDemo [options]

          --json         End with one line of JSON, the last on standard output.
          --seconds N    How long each phase lasts at least, 2 to 3600 (default 4).
          --writers N    How many tasks write, 1 to 100 (default 4).
          --readers N    How many tasks read, 1 to 200 (default 8).
          --async        Asynchronous replication: what only the killed primary had is lost, and is reported.
          --help         This text.

        Exit code: 0 if every acknowledged write is there exactly once; 1 if one was lost or doubled; 2 if the demo could
        not run; 130 if it was interrupted.
        """;

    /// <exception cref="CommandLineException">An argument is not known or not valid.</exception>
    public static DemoOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new DemoOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            options = name switch
            {
                "--json" => options with { IsJson = true },
                "--async" => options with { IsAsynchronous = true },
                "--help" or "-h" => options with { IsHelp = true },
                "--seconds" => options with { Seconds = Number(arguments, ++i, 2, 3600) },
                "--writers" => options with { Writers = Number(arguments, ++i, 1, 100) },
                "--readers" => options with { Readers = Number(arguments, ++i, 1, 200) },
                _ => throw new CommandLineException($"Unknown option '{name}'. --help lists the options."),
            };
        }

        return options;
    }

    static int Number(IReadOnlyList<string> arguments, int at, int least, int most)
    {
        var name = arguments[at - 1];
        if (at >= arguments.Count)
        {
            throw new CommandLineException($"{name} needs a number from {least} to {most}, as in '{name} {least}'.");
        }

        return int.TryParse(arguments[at], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new CommandLineException($"{name} is '{arguments[at]}'; it must be a whole number from {least} to {most}.");
    }
}
