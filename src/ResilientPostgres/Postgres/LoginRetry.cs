using Npgsql;
using ResilientPostgres.Faults;
using ResilientPostgres.Passwords;

namespace ResilientPostgres.Postgres;

/// <summary>
/// Opens a session again where the server refused its password and there may be a better one: nothing was sent on it. Twice at most, for the first time
/// may only have been too late for a password that another login had renewed.
/// </summary>
static class LoginRetry
{
    const int Most = 2;

    public static ValueTask<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, EndpointPassword? password, CancellationToken cancellationToken)
    {
        var used = password?.Version ?? 0;
        return EndAsync(source, password, used, source.OpenConnectionAsync(cancellationToken), cancellationToken);
    }

    /// <param name="source">Where it is opened.</param>
    /// <param name="password">What logs it in; null where no provider is registered.</param>
    /// <param name="used">The password's version when the opening began.</param>
    /// <param name="opening">The first opening.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static async ValueTask<NpgsqlConnection> EndAsync(
        NpgsqlDataSource source, EndpointPassword? password, int used, ValueTask<NpgsqlConnection> opening, CancellationToken cancellationToken)
    {
        for (var retries = 0; ; retries++)
        {
            try
            {
                return await opening.ConfigureAwait(false);
            }
            catch (PostgresException e) when (password is not null && retries < Most && PasswordRefusal.Is(e))
            {
                if (!await password.RenewAsync(used, e, cancellationToken).ConfigureAwait(false))
                {
                    throw;
                }
            }
            catch (NpgsqlException e) when (e.InnerException is PasswordUnavailableException)
            {
                throw Telling(e.InnerException);
            }

            used = password.Version;
            opening = source.OpenConnectionAsync(cancellationToken);
        }
    }

    /// <summary>On the caller's thread.</summary>
    public static NpgsqlConnection Open(NpgsqlDataSource source, EndpointPassword? password)
    {
        for (var retries = 0; ; retries++)
        {
            var used = password?.Version ?? 0;
            try
            {
                return source.OpenConnection();
            }
            catch (PostgresException e) when (password is not null && retries < Most && PasswordRefusal.Is(e))
            {
                if (!Task.Run(() => password.RenewAsync(used, e, CancellationToken.None).AsTask()).GetAwaiter().GetResult())
                {
                    throw;
                }
            }
            catch (NpgsqlException e) when (e.InnerException is PasswordUnavailableException)
            {
                throw Telling(e.InnerException);
            }
        }
    }

    /// <summary>Npgsql's own text says only that the provider threw.</summary>
    static NpgsqlException Telling(Exception unavailable) => new(unavailable.Message, unavailable);
}
