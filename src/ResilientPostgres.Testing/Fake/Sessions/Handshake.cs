using System.Text;
using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Sessions;

/// <summary>What comes before the first statement: requests for encryption, the start-up packet, authentication.</summary>
internal sealed class Handshake(Session session)
{
    const int ProtocolMajor = 3;
    const int CancelRequest = 80877102;
    const int SslRequest = 80877103;
    const int GssRequest = 80877104;
    const int MostRequests = 2;

    /// <returns>Whether a session has begun; otherwise the client has gone, or wanted nothing but to cancel.</returns>
    internal async ValueTask<bool> RunAsync()
    {
        for (var requests = 0; requests <= MostRequests; requests++)
        {
            if (await session.Reader.ReadStartupAsync(session.Ended).ConfigureAwait(false) is not { } packet)
            {
                return false;
            }

            var code = new BodyReader(packet.Span).Int32();
            switch (code)
            {
                case SslRequest or GssRequest:
                    session.Reply.Byte((byte)'N');
                    await session.FlushAsync().ConfigureAwait(false);
                    break;
                case CancelRequest:
                    Cancel(packet.Span);
                    return false;
                default:
                    ReadParameters(packet.Span);
                    await AuthenticateAsync().ConfigureAwait(false);
                    Welcome();
                    await session.FlushAsync().ConfigureAwait(false);
                    return true;
            }
        }

        throw PostgresError.Protocol("too many requests for encryption", isFatal: true);
    }

    void Cancel(ReadOnlySpan<byte> packet)
    {
        var reader = new BodyReader(packet);
        _ = reader.Int32();
        session.Server.Cancel(processId: reader.Int32(), secret: reader.Int32());
    }

    void ReadParameters(ReadOnlySpan<byte> packet)
    {
        var reader = new BodyReader(packet);
        var version = reader.Int32();
        if (version >> 16 != ProtocolMajor)
        {
            throw new PostgresError("0A000", $"unsupported frontend protocol {version >> 16}.{version & 0xFFFF}: server supports 3.0 to 3.0", isFatal: true);
        }

        var name = reader.String();
        while (name.Length > 0)
        {
            Take(name, reader.String());
            name = reader.String();
        }

        if (session.User.Length == 0)
        {
            throw new PostgresError("28000", "no PostgreSQL user name specified in startup packet", isFatal: true);
        }

        session.Database = session.Database.Length == 0 ? session.User : session.Database;
        session.Settings.SetDefault("session_authorization", session.User);
    }

    void Take(string name, string value)
    {
        switch (name)
        {
            case "user":
                session.User = value;
                break;
            case "database":
                session.Database = value;
                break;
            case "options":
                TakeOptions(value);
                break;
            case "replication":
                throw new PostgresError("0A000", "FakePostgresCluster has no replication protocol", isFatal: true);
            default:
                session.Settings.SetDefault(name, value);
                break;
        }
    }

    /// <summary>-c name=value, as in libpq's options.</summary>
    void TakeOptions(string options)
    {
        var words = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            var assignment = words[i] == "-c" && i + 1 < words.Length ? words[++i] : words[i].TrimStart('-');
            if (assignment.Split('=', 2) is [var name, var value])
            {
                session.Settings.SetDefault(name, value);
            }
        }
    }

    async ValueTask AuthenticateAsync()
    {
        var options = session.Server.Cluster.Options;
        if (options.Authentication != FakeAuthentication.Trust)
        {
            var isKnown = options.Authentication == FakeAuthentication.Password
                ? await AskPasswordAsync(options.Password!).ConfigureAwait(false)
                : await AskScramAsync(options.Password!).ConfigureAwait(false);
            if (!isKnown)
            {
                throw new PostgresError("28P01", $"password authentication failed for user \"{session.User}\"", isFatal: true);
            }
        }

        session.Server.Admit(session);
    }

    async ValueTask<bool> AskPasswordAsync(string password)
    {
        session.Reply.Authentication(3);
        var answer = await AskAsync().ConfigureAwait(false);
        return new BodyReader(answer.Span).String() == password;
    }

    async ValueTask<bool> AskScramAsync(string password)
    {
        session.Reply.Authentication(10, Encoding.ASCII.GetBytes(Scram.Mechanism + "\0\0"));
        var initial = await AskAsync().ConfigureAwait(false);
        var scram = new Scram(password);
        session.Reply.Authentication(11, Encoding.UTF8.GetBytes(scram.Begin(ReadInitial(initial.Span))));
        var final = await AskAsync().ConfigureAwait(false);
        if (scram.Finish(BodyReader.Decode(final.Span)) is not { } proof)
        {
            return false;
        }

        session.Reply.Authentication(12, Encoding.UTF8.GetBytes(proof));
        return true;
    }

    static string ReadInitial(ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        if (reader.String() != Scram.Mechanism)
        {
            throw PostgresError.Protocol("client selected an invalid SASL authentication mechanism", isFatal: true);
        }

        return BodyReader.Decode(reader.Take(reader.Int32()));
    }

    async ValueTask<ReadOnlyMemory<byte>> AskAsync()
    {
        await session.FlushAsync().ConfigureAwait(false);
        var message = await session.Reader.ReadAsync(session.Ended).ConfigureAwait(false) ?? throw new ConnectionLostException();
        return message.Type == 'p' ? message.Body : throw PostgresError.Protocol($"expected password response, got message type {message.Type}", isFatal: true);
    }

    void Welcome()
    {
        session.Reply.Authentication(0);
        session.ReportSettings();
        session.Reply.BackendKey(session.ProcessId, session.Secret);
        session.Ready();
    }
}
