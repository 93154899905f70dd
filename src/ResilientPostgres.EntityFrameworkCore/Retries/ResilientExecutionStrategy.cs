using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ResilientPostgres.Settings;

namespace ResilientPostgres.EntityFrameworkCore.Retries;

/// <summary>
/// Runs an operation again if it provably came to nothing; not because its exception is transient. How often and after which pauses is what the data source's retry options say. In a transaction
/// that was begun outside of it, it runs the operation once.
/// </summary>
sealed class ResilientExecutionStrategy : ExecutionStrategy
{
    readonly ResilientDataSource _dataSource;
    readonly RetrySettings _settings;
    (Exception Exception, AttemptTrace Trace)? _unverified;
    Outcome _last;

    public ResilientExecutionStrategy(ExecutionStrategyDependencies dependencies, ResilientDataSource dataSource)
        : this(dependencies, dataSource, dataSource.Cluster.Settings.Retry)
    {
    }

    ResilientExecutionStrategy(ExecutionStrategyDependencies dependencies, ResilientDataSource dataSource, RetrySettings settings)
        : base(dependencies, settings.MaxRetries, settings.MaxDelay)
    {
        _dataSource = dataSource;
        _settings = settings;
    }

    /// <summary>What the attempt under way has done.</summary>
    public AttemptTrace Trace { get; private set; } = new();

    protected override void OnFirstExecution()
    {
        _unverified = null;
        Trace = new AttemptTrace { IsWithinTransaction = IsWithinTransaction };
        if (Trace.IsWithinTransaction)
        {
            // EF Core would refuse to run at all. It runs, once: existing code that begins its own transactions goes on working.
            ExceptionsEncountered.Clear();
        }
        else
        {
            base.OnFirstExecution();
        }
    }

    protected override void OnRetry()
    {
        Trace = new AttemptTrace();
        GeneratedKeys.Forget(Dependencies.CurrentContext.Context.ChangeTracker);
    }

    /// <summary>The user's own check is asked only where nothing else tells what became of it.</summary>
    protected override bool ShouldVerifySuccessOn(Exception exception)
    {
        if (!IsOurs || !OutcomeRule.Judge(exception, Trace).IsUnknown)
        {
            return false;
        }

        // The check is an operation of its own, run by this strategy too.
        _unverified = (exception, Trace);
        Trace = new AttemptTrace { IsWithinTransaction = Trace.IsWithinTransaction };
        return true;
    }

    protected override bool ShouldRetryOn(Exception exception)
    {
        if (!IsOurs)
        {
            return false;
        }

        if (_unverified is { } unverified && ReferenceEquals(unverified.Exception, exception))
        {
            // It was asked, and has said that nothing is there.
            _unverified = null;
            _last = Outcome.Unknown;
            return OutcomeRule.IsRefutable(exception, unverified.Trace);
        }

        _last = OutcomeRule.Judge(exception, Trace);
        return _last.IsRepeatable && !(_last.IsOnce && ExceptionsEncountered.Count > 0) && IsAffordable;
    }

    protected override TimeSpan? GetNextDelay(Exception lastException)
    {
        var retry = ExceptionsEncountered.Count - 1;
        if (retry >= MaxRetryCount)
        {
            return null;
        }

        // The next attempt goes to another server, or waits until there is one.
        return retry == 0 && IsConnectionGone ? TimeSpan.Zero : Pause(retry);
    }

    TimeSpan Pause(int retry)
    {
        var middle = _settings.BaseDelay * Math.Pow(2, retry) * (0.5 + _dataSource.Cluster.Random.NextDouble());
        return middle < _settings.MaxDelay ? middle : _settings.MaxDelay;
    }

    bool IsConnectionGone => _last.Kind is FaultKind.ConnectionLost or FaultKind.ConnectFailed or FaultKind.StartingUp or FaultKind.ReadOnlyServer;

    /// <summary>What a server has answered is repeated at its expense, and paid from the budget of all.</summary>
    bool IsAffordable => IsConnectionGone
        || _dataSource.Cluster.RetryBudget.TryTake(_dataSource.Cluster.Clock.Now, _settings.BudgetRatio, _settings.BudgetPerSecond);

    /// <summary>Nothing is known of what happens on a connection that somebody else has given to the context, and it leads to one server only.</summary>
    bool IsOurs => Database.IsRelational() && Database.GetDbConnection() is ResilientConnection;

    bool IsWithinTransaction => Database.CurrentTransaction is not null || Database.GetEnlistedTransaction() is not null || Transaction.Current is not null;

    Microsoft.EntityFrameworkCore.Infrastructure.DatabaseFacade Database => Dependencies.CurrentContext.Context.Database;
}
