using System.Net.Sockets;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>Serves one client from its first byte to its last. Whatever that sends, it ends well.</summary>
internal sealed class SessionLoop(Session session)
{
    internal const string OwnFault = "FakePostgresCluster has failed by its own fault";

    readonly ExtendedQuery _extended = new(session);
    readonly SimpleQuery _simple = new(session);
    bool _isSkipping;

    /// <returns>Whether the connection is to be closed in an orderly way; else it is reset.</returns>
    internal async Task<bool> RunAsync()
    {
        try
        {
            if (await new Handshake(session).RunAsync().ConfigureAwait(false))
            {
                await ServeAsync().ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationCanceledException) when (session.Ended.IsCancellationRequested)
        {
            await session.SayFarewellAsync().ConfigureAwait(false);
            return session.Farewell is not null;
        }
        catch (PostgresError error)
        {
            // In the handshake, or one that ends the session.
            session.Reply.Error(new PostgresError(error.SqlState, error.Message, error.Detail, error.Hint, isFatal: true));
            await session.FlushAsync().ConfigureAwait(false);
            return true;
        }
        catch (ConnectionLostException)
        {
            return false;
        }
        catch (Exception e) when (e is not (IOException or SocketException or ObjectDisposedException or OperationCanceledException))
        {
            // A fault of the fake's own: the test that meets it must see it.
            session.Reply.Error(new PostgresError("XX000", $"{OwnFault}: {e}", isFatal: true));
            await session.FlushAsync().ConfigureAwait(false);
            return true;
        }
        finally
        {
            session.Block.Abort();
        }
    }

    async ValueTask ServeAsync()
    {
        while (await session.Reader.ReadAsync(session.Ended).ConfigureAwait(false) is { } message && message.Type != 'X')
        {
            session.Server.Cluster.Activity.Note();
            await session.Server.Gate.WaitAsync(session.Ended).ConfigureAwait(false);
            if (_isSkipping && message.Type is not (byte)'S')
            {
                continue;
            }

            try
            {
                await HandleAsync(message).ConfigureAwait(false);
            }
            catch (PostgresError error) when (!error.IsFatal)
            {
                session.Reply.Error(error);
                session.Block.Fail();
                _isSkipping = true;
            }
        }
    }

    ValueTask HandleAsync(FrontendMessage message)
    {
        switch ((char)message.Type)
        {
            case 'Q':
                return _simple.RunAsync(message.Body);
            case 'P':
                _extended.Parse(message.Body.Span);
                return default;
            case 'B':
                _extended.Bind(message.Body.Span);
                return default;
            case 'D':
                _extended.Describe(message.Body.Span);
                return default;
            case 'E':
                return _extended.ExecuteAsync(message.Body);
            case 'C':
                _extended.Close(message.Body.Span);
                return default;
            case 'H':
                return session.FlushAsync();
            case 'S':
                return SyncAsync();
            case 'd' or 'c' or 'f':
                return default; // What is left of a COPY that was refused.
            case 'F':
                return CallAsync(new BodyReader(message.Body.Span).Int32());
            default:
                throw PostgresError.Protocol($"invalid frontend message type {message.Type}", isFatal: true);
        }
    }

    async ValueTask SyncAsync()
    {
        _isSkipping = false;
        try
        {
            session.Block.EndImplicit();
        }
        finally
        {
            session.Ready();
        }

        await session.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>There are no functions to be called by number. It has a Ready of its own, like a simple query.</summary>
    async ValueTask CallAsync(int function)
    {
        session.Reply.Error(new PostgresError("42883", $"function with OID {(uint)function} does not exist"));
        session.Block.Fail();
        session.Ready();
        await session.FlushAsync().ConfigureAwait(false);
    }
}
