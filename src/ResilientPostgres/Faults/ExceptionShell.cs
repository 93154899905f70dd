using Npgsql;

namespace ResilientPostgres.Faults;

/// <summary>EF Core and Task.Wait hide the driver's exception inside their own.</summary>
static class ExceptionShell
{
    // By name: no reference for the sake of an exception.
    const string EntityFramework = "Microsoft.EntityFrameworkCore";

    public static Exception Unwrap(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Unwrap(only),
        InvalidOperationException { InnerException: { } inner } => FindDriver(inner) ?? exception,
        _ => FindDriver(exception) ?? exception,
    };

    static Exception? FindDriver(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is NpgsqlException || StalePreparation.IsSlip(e))
            {
                return e;
            }

            if (!IsOfEntityFramework(e.GetType()))
            {
                return null;
            }
        }

        return null;
    }

    static bool IsOfEntityFramework(Type type) =>
        type.Namespace is { } name
        && name.StartsWith(EntityFramework, StringComparison.Ordinal)
        && (name.Length == EntityFramework.Length || name[EntityFramework.Length] == '.');
}
