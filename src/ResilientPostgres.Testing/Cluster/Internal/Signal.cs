using System.Runtime.InteropServices;

namespace ResilientPostgres.Testing;

/// <summary>Linux signals by number.</summary>
internal static class Signal
{
    internal const int Hangup = 1;
    internal const int Interrupt = 2;
    internal const int Quit = 3;
    internal const int Kill = 9;
    internal const int User1 = 10;
    internal const int Terminate = 15;
    internal const int Continue = 18;
    internal const int Stop = 19;

    /// <summary>Sends a signal. A process that has gone meanwhile is no error: every caller then checks what it waits for.</summary>
    internal static void Send(int processId, int signal)
    {
        // 0, 1 and negative ids address groups, init or everything.
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(processId, 1);
        _ = SendNative(processId, signal);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SendNative(int processId, int signal);
}
