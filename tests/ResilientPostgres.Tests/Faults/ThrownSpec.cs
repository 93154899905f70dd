using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ResilientPostgres.Faults;

namespace ResilientPostgres.Tests.Faults;

/// <summary>An exception as data.</summary>
sealed class ThrownSpec
{
    public required string Type { get; init; }

    public string Message { get; init; } = "m";

    public string? SqlState { get; init; }

    public string Severity { get; init; } = "ERROR";

    public string? LocalSeverity { get; init; }

    public SocketError SocketError { get; init; } = SocketError.ConnectionReset;

    /// <summary>Exceptions inside it: one, or more for an Aggregate.</summary>
    public List<ThrownSpec> Inner { get; init; } = [];

    public Exception ToException()
    {
        var inner = Inner.Select(static i => i.ToException()).ToArray();
        Assert.True(inner.Length <= 1 || Type == "Aggregate", $"{Type} has one inner exception");
        Assert.True((SqlState is not null) == (Type == "Postgres"), $"{Type}: a code belongs to Postgres");
        return Create(inner, inner.FirstOrDefault());
    }

    Exception Create(Exception[] inners, Exception? inner) => Type switch
    {
        "Postgres" => new PostgresException(Message, LocalSeverity ?? Severity, Severity, SqlState!),
        "Npgsql" => new NpgsqlException(Message, inner),
        "OperationInProgress" => OperationInProgress(),
        "OutcomeUnknown" => new OutcomeUnknownException(new Endpoint("a"), inner ?? new IOException(), FaultPhase.Execute, []),
        "Socket" => new SocketException((int)SocketError),
        "IO" => new IOException(Message, inner),
        "EndOfStream" => new EndOfStreamException(Message),
        "Timeout" => new TimeoutException(Message, inner),
        "Authentication" => new AuthenticationException(Message, inner),
        "ObjectDisposed" => new ObjectDisposedException(Message),
        "InvalidOperation" => new InvalidOperationException(Message, inner),
        "Canceled" => new OperationCanceledException(Message, inner),
        "NullReference" => new NullReferenceException(Message) { Source = Message },
        "Argument" => new ArgumentException(Message, inner),
        "DbUpdate" => new PretendedDbUpdateException(Message, inner),
        "PasswordRefused" => new PasswordUnavailableException(Message, isRefused: true, inner),
        "NoPassword" => new PasswordUnavailableException(Message, isRefused: false, inner),
        "Aggregate" => new AggregateException(Message, inners),
        _ => throw new InvalidDataException($"No exception of type {Type}."),
    };

    /// <summary>The driver alone makes these; what matters is the type.</summary>
    static NpgsqlOperationInProgressException OperationInProgress() =>
        (NpgsqlOperationInProgressException)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof(NpgsqlOperationInProgressException));
}
