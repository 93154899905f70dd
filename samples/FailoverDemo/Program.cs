using System.Runtime.InteropServices;
using FailoverDemo;
using ResilientPostgres.Testing;

const int CouldNotRun = 2;
const int Interrupted = 130;

DemoOptions options;
try
{
    options = CommandLine.Parse(args);
}
catch (CommandLineException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return CouldNotRun;
}

if (options.IsHelp)
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

using var interruption = new CancellationTokenSource();
void Interrupt(PosixSignalContext signal)
{
    // The servers are stopped and their folders removed before the process ends.
    signal.Cancel = true;
    interruption.Cancel();
}

using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
try
{
    return await Demo.RunAsync(options, interruption.Token);
}
catch (Exception) when (interruption.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Interrupted; the servers are stopped.");
    return Interrupted;
}
catch (Exception e) when (e is PostgresBinariesNotFoundException or PostgresServerException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return CouldNotRun;
}
