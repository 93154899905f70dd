using System.Data;
using Npgsql;

namespace ResilientPostgres.Commands;

/// <summary>One of the ways to execute a command: by itself, on a thread or not, or as one of a batch whose reader stands at its result.</summary>
/// <typeparam name="T">What comes of it.</typeparam>
sealed class Execution<T>
{
    public required Func<NpgsqlCommand, CancellationToken, Task<T>> RunAsync { get; init; }

    public required Func<NpgsqlCommand, T> Run { get; init; }

    /// <summary>Takes the result from a batch's reader. A reader that is the result itself is returned, and anything else read to the end.</summary>
    public required Func<NpgsqlDataReader, Task<T>> TakeAsync { get; init; }

    public required Func<NpgsqlDataReader, T> Take { get; init; }

    /// <summary>What a write has come to: the first value it returned, if it returned any, and how many rows it changed.</summary>
    public Func<object?, int, T>? Tell { get; init; }

    /// <summary>How a batch is to be executed for it.</summary>
    public CommandBehavior Behavior { get; init; }

    /// <summary>The value is wanted. Npgsql can't read every one, and who only counts rows does not ask for it.</summary>
    public bool TakesValue { get; init; }

    /// <summary>It is a reader, which lives on.</summary>
    public bool IsReader { get; init; }
}
