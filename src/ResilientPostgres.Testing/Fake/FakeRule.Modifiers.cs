namespace ResilientPostgres.Testing;

/// <content>What is said of the next answer.</content>
public sealed partial class FakeRule
{
    /// <summary>Names the columns of the answers that follow, instead of the properties' names; a tuple's names are not kept by the compiler.</summary>
    /// <param name="names">One for each column.</param>
    /// <returns>This rule.</returns>
    public FakeRule Columns(params string[] names)
    {
        _columns = names;
        return AwaitAnswer(nameof(Columns));
    }

    /// <summary>The next answer takes this long on the cluster's clock. The client can cancel it meanwhile.</summary>
    /// <param name="delay">How long.</param>
    /// <returns>This rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public FakeRule After(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _delay = delay;
        return AwaitAnswer(nameof(After));
    }

    /// <summary>A notice before the next answer.</summary>
    /// <param name="message">Its text.</param>
    /// <param name="severity">NOTICE, WARNING, INFO, LOG or DEBUG.</param>
    /// <param name="sqlState">Its code.</param>
    /// <returns>This rule.</returns>
    public FakeRule Notice(string message, string severity = "NOTICE", string sqlState = "00000")
    {
        _notices.Add((severity, sqlState, message));
        return AwaitAnswer(nameof(Notice));
    }

    FakeRule AwaitAnswer(string what)
    {
        _awaitsAnswer = what;
        return this;
    }

    TimeSpan TakeDelay()
    {
        var delay = _delay;
        _delay = default;
        return delay;
    }

    (string Severity, string SqlState, string Message)[] TakeNotices()
    {
        var notices = _notices.ToArray();
        _notices.Clear();
        return notices;
    }
}
