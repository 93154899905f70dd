using System.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using ResilientPostgres.Calls;
using ResilientPostgres.EntityFrameworkCore.Infrastructure;
using ResilientPostgres.Sessions;

namespace ResilientPostgres.EntityFrameworkCore.Administration;

/// <summary>Gives a context a plain connection to the primary for as long as something runs that needs one: the provider casts to Npgsql's own type there.</summary>
sealed class PlainConnectionSwap(IRelationalConnection connection, IDbContextOptions options)
{
    /// <summary>The context has a connection or a transaction open of its user's: it stays on that.</summary>
    public bool IsTaken => connection.CurrentTransaction is not null || connection.DbConnection is not ResilientConnection { State: ConnectionState.Closed };

    public Upkeep.Administration Cluster => ResilientOptionsExtension.Of(options)!.DataSource.Administration;

    public T Run<T>(string? database, Func<NpgsqlConnection, T> work)
    {
        var plain = Blocking.Wait(() => Cluster.OpenPrimaryAsync(database, CancellationToken.None));
        try
        {
            connection.SetDbConnection(plain.Connection, contextOwnsConnection: false);
            return work(plain.Connection);
        }
        finally
        {
            connection.SetDbConnection(null, contextOwnsConnection: true);
            Blocking.Wait(() => plain.DisposeAsync().AsTask());
        }
    }

    public async Task<T> RunAsync<T>(string? database, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        var plain = await Cluster.OpenPrimaryAsync(database, cancellationToken).ConfigureAwait(false);
        await using (plain.ConfigureAwait(false))
        {
            try
            {
                connection.SetDbConnection(plain.Connection, contextOwnsConnection: false);
                return await work(plain.Connection).ConfigureAwait(false);
            }
            finally
            {
                connection.SetDbConnection(null, contextOwnsConnection: true);
            }
        }
    }

    /// <summary>As <see cref="Run"/>, for what may add types: then all pools read theirs anew.</summary>
    public void Change(Action work) => Run(null, plain =>
    {
        var before = Blocking.Wait(() => Cluster.Types.NoteAsync(plain, CancellationToken.None));
        work();
        Blocking.Wait(() => ReloadIfChangedAsync(plain, before, CancellationToken.None));
        return true;
    });

    /// <inheritdoc cref="Change"/>
    public Task ChangeAsync(Func<Task> work, CancellationToken cancellationToken) => RunAsync(
        null,
        async plain =>
        {
            var before = await Cluster.Types.NoteAsync(plain, cancellationToken).ConfigureAwait(false);
            await work().ConfigureAwait(false);
            await ReloadIfChangedAsync(plain, before, cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    async Task ReloadIfChangedAsync(NpgsqlConnection plain, string before, CancellationToken cancellationToken)
    {
        if (await Cluster.Types.NoteAsync(plain, cancellationToken).ConfigureAwait(false) != before)
        {
            await Cluster.Types.ReloadAsync(plain, cancellationToken).ConfigureAwait(false);
        }
    }
}
