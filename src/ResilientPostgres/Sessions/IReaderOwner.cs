using Npgsql;

namespace ResilientPostgres.Sessions;

/// <summary>Wants to know of a reader that was given out.</summary>
interface IReaderOwner
{
    /// <summary>It reads on this session, which is closed with it. That is certain, while the call below may fail to come.</summary>
    void ReaderOpened(NpgsqlConnection session);

    void ReaderClosed();
}
