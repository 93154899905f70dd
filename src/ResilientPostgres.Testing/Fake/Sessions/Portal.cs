namespace ResilientPostgres.Testing.Sessions;

/// <summary>A statement with its parameters' values, ready to run.</summary>
internal sealed class Portal(Prepared prepared, object?[] parameters, short[] formats)
{
    internal Prepared Prepared => prepared;

    internal object?[] Parameters => parameters;

    internal short[] Formats => formats;

    internal IPlan? Plan { get; set; }

    internal Outcome? Outcome { get; set; }

    /// <summary>How many rows have been sent.</summary>
    internal int Sent { get; set; }
}
