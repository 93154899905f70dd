namespace ResilientPostgres.Tests.Faults;

public sealed class OutcomeUnknownExceptionTests
{
    [Fact]
    public void OutcomeUnknown_IsNeverTransient_AndSaysWhereAndWhy()
    {
        var unknown = new OutcomeUnknownException(new Endpoint("pg-a"), new IOException("torn"), FaultPhase.Execute, []);
        Assert.False(unknown.IsTransient);
        Assert.Contains("pg-a:5432", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("torn", unknown.Message, StringComparison.Ordinal);
    }
}
