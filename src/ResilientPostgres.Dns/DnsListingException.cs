namespace ResilientPostgres.Dns;

/// <summary>None of the names could be resolved; the core keeps what it has and logs the message.</summary>
sealed class DnsListingException(string message) : Exception(message);
