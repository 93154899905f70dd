namespace Microsoft.EntityFrameworkCore;

/// <summary>Stands in for EF Core's own, which is told by its namespace.</summary>
sealed class PretendedDbUpdateException(string message, Exception? inner) : Exception(message, inner);
