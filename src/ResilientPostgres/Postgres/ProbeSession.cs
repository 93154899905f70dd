using Npgsql;
using ResilientPostgres.Monitoring;
using ResilientPostgres.Sessions;
using ResilientPostgres.Topology;

namespace ResilientPostgres.Postgres;

/// <summary>A monitor's session.</summary>
sealed class ProbeSession(NpgsqlConnection connection, ISessionControl control, Action<int, int> talkedTo) : IProbeSession
{
    readonly NpgsqlCommand _probe = new(ProbeForm.Ordinary.Text, connection);
    ProbeForm _form = ProbeForm.Ordinary;

    /// <summary>The first answer has shown that no pooler stands between, where a prepared statement may be missing the next time.</summary>
    bool _isDirect;

    public async Task<ServerFacts> ProbeAsync()
    {
        if (!ReferenceEquals(_form, ProbeForm.Ordinary))
        {
            return await AskAsync().ConfigureAwait(false);
        }

        try
        {
            if (await AskAsync().ConfigureAwait(false) is { HasLog: true } facts)
            {
                return facts;
            }
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.ObjectNotInPrerequisiteState)
        {
            if (!await IsAuroraAsync().ConfigureAwait(false))
            {
                throw;
            }
        }

        Use(ProbeForm.Aurora);
        return await AskAuroraAsync().ConfigureAwait(false);
    }

    public async Task WaitForNewsAsync(CancellationToken cancellationToken) =>
        await connection.WaitAsync(cancellationToken).ConfigureAwait(false);

    public void Abort() => control.TryAbort(connection);

    public async ValueTask DisposeAsync()
    {
        await _probe.DisposeAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    async Task<ServerFacts> AskAsync()
    {
        if (_isDirect && !_probe.IsPrepared)
        {
            await _probe.PrepareAsync().ConfigureAwait(false);
        }

        var row = await _probe.ExecuteReaderAsync().ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            await row.ReadAsync().ConfigureAwait(false);
            var process = row.GetInt32(row.FieldCount - 1);
            _isDirect = process == connection.ProcessID;
            talkedTo(connection.ProcessID, process);
            return _form.Read(row);
        }
    }

    async Task<ServerFacts> AskAuroraAsync()
    {
        try
        {
            return await AskAsync().ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedFunction)
        {
            Use(ProbeForm.AuroraNameless);
            return await AskAsync().ConfigureAwait(false);
        }
    }

    async Task<bool> IsAuroraAsync()
    {
        using var command = new NpgsqlCommand(AuroraProbeStatement.IsAurora, connection);
        return await command.ExecuteScalarAsync().ConfigureAwait(false) is true;
    }

    void Use(ProbeForm form) => _probe.CommandText = (_form = form).Text;
}
