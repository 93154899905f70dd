namespace ResilientPostgres.Faults;

/// <summary>Whether another attempt can come out differently at all, whatever it may do to the data.</summary>
enum Repeat
{
    /// <summary>It would fail in the same way.</summary>
    Never,

    /// <summary>It may well succeed, after a pause or on another endpoint.</summary>
    Yes,

    /// <summary>Once: if it fails in the same way again there is another cause.</summary>
    Once,

    /// <summary>A read, once, for it may go elsewhere; a write would fail in the same way, or was told not to wait.</summary>
    ReadOnce,

    /// <summary>Only if this one ran on a standby, and then once, on the primary.</summary>
    OnPrimary,
}
