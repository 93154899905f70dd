using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;
using Npgsql.Internal;

#pragma warning disable NPG9001 // Only these two members are used, and the self-test guards them.

namespace ResilientPostgres.Postgres;

/// <summary>
/// The two private members of Npgsql that a hard abort needs. On a frozen host its public means do not release anybody: a token is
/// ignored while a reset is pending, Cancel blocks its caller, Close waits behind the read. A self-test tells at start
/// whether the loaded version still has them; where it has not, hung calls are abandoned instead.
/// </summary>
static class NpgsqlInternals
{
    /// <summary>Null if they are there; else what is missing.</summary>
    public static string? SelfTest()
    {
        try
        {
            using var unopened = new NpgsqlConnection();
            _ = Connector(unopened);
            var blank = (NpgsqlConnector)RuntimeHelpers.GetUninitializedObject(typeof(NpgsqlConnector));
            GC.SuppressFinalize(blank);
            _ = SocketOf(blank);
            return null;
        }
        catch (Exception e) when (e is MissingMemberException or TypeLoadException or BadImageFormatException or InvalidOperationException)
        {
            return e.Message;
        }
    }

    /// <summary>
    /// Shuts the socket down in both directions: a read under way ends at once, a later write fails, and Npgsql takes both for the
    /// lost connection they are. Disposing the socket instead would break the driver between two commands, where it does not expect that.
    /// </summary>
    public static bool TryShutDownSocket(NpgsqlConnection connection)
    {
        if (Connector(connection) is not { } connector || SocketOf(connector) is not { } socket)
        {
            return false;
        }

        socket.Shutdown(SocketShutdown.Both);
        return true;
    }

    /// <summary>Whether there is something to read, or the end of the stream: one system call.</summary>
    public static bool HasUnread(NpgsqlConnection connection) =>
        Connector(connection) is { } connector && SocketOf(connector) is { } socket && socket.Poll(0, SelectMode.SelectRead);

    /// <summary>What stands for the physical session while it lasts.</summary>
    public static object? SessionOf(NpgsqlConnection connection) => Connector(connection);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    static extern NpgsqlConnector? Connector(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    static extern ref Socket? SocketOf(NpgsqlConnector connector);
}
