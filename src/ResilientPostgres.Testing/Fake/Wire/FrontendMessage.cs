namespace ResilientPostgres.Testing.Wire;

/// <summary>One message of the client's. Its body is valid until the next one is read.</summary>
internal readonly record struct FrontendMessage(byte Type, ReadOnlyMemory<byte> Body);
