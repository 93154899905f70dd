namespace ResilientPostgres.Calls;

/// <summary>Wants to know when a reader that was given out is closed.</summary>
interface IReaderOwner
{
    void ReaderClosed();
}
