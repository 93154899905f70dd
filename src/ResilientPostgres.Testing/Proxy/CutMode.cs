namespace ResilientPostgres.Testing;

/// <summary>How a connection through a <see cref="ChaosProxy"/> ends.</summary>
public enum CutMode
{
    /// <summary>With a TCP reset to both sides, as when a host vanishes and comes back.</summary>
    Reset,

    /// <summary>With an orderly end of stream to both sides, as when a process ends.</summary>
    Close,

    /// <summary>With an orderly end of stream to the receiver of this direction only; the other direction goes on.</summary>
    HalfClose,
}
