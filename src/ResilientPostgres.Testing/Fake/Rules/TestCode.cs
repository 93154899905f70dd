using ResilientPostgres.Testing.Wire;

namespace ResilientPostgres.Testing.Rules;

/// <summary>Runs what a test gave. What that throws is an error of the statement's, not the end of the session.</summary>
internal static class TestCode
{
    /// <param name="what">What it is for.</param>
    /// <param name="run">The test's code.</param>
    internal static T Run<T>(string what, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is not PostgresError)
        {
            // External routine exception: of class XX a client would think that the server has a bug, and close the connection.
            throw new PostgresError("38000", $"the test's own code for {what} failed: {e.GetType().Name}: {e.Message}");
        }
    }
}
