using System.Collections.Immutable;
using System.Data.Common;
using Npgsql;
using ResilientPostgres.Endpoints;
using ResilientPostgres.Options;

namespace ResilientPostgres.Settings;

/// <summary>A connection string taken apart: the servers, what is common to them, and what was meant for Npgsql's own multi-host source.</summary>
sealed record ConnectionStringParts(
    string Common,
    ImmutableArray<Endpoint> Endpoints,
    ReadPreference? ReadPreference,
    ImmutableArray<string> Notices)
{
    const string TargetSessionAttributes = "any, primary, standby, prefer-primary, prefer-standby, read-write or read-only";

    static readonly ConnectionStringParts Empty = new("", [], null, []);

    /// <summary>Never throws: what is wrong is added to the failures, naming key, value and remedy.</summary>
    public static ConnectionStringParts Parse(string text, List<string> failures)
    {
        if (Read(text, failures) is not { } builder)
        {
            return Empty;
        }

        var given = ((DbConnectionStringBuilder)builder).Keys.Cast<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var notices = ImmutableArray.CreateBuilder<string>();
        var preference = TranslatePreference(builder, given, notices, failures);
        Refuse(builder, failures);
        var endpoints = HostList.Parse(builder.Host, builder.Port, failures);
        Strip(builder, given, notices);
        return new ConnectionStringParts(builder.ConnectionString, endpoints, preference, notices.ToImmutable());
    }

    /// <summary>Key by key, for Npgsql's own message names only the key.</summary>
    static NpgsqlConnectionStringBuilder? Read(string text, List<string> failures)
    {
        var builder = new NpgsqlConnectionStringBuilder();
        var before = failures.Count;
        try
        {
            var given = new DbConnectionStringBuilder { ConnectionString = text };
            foreach (string key in given.Keys)
            {
                Set(builder, key, given[key], failures);
            }
        }
        catch (ArgumentException e)
        {
            failures.Add($"ConnectionString can't be read: {e.Message}");
        }

        return failures.Count == before ? builder : null;
    }

    static void Set(NpgsqlConnectionStringBuilder builder, string key, object value, List<string> failures)
    {
        try
        {
            builder[key] = value;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            var remedy = key.Replace(" ", "", StringComparison.Ordinal).Equals("TargetSessionAttributes", StringComparison.OrdinalIgnoreCase)
                ? $"it must be {TargetSessionAttributes}"
                : "correct or remove it; the keys and values are Npgsql's";
            failures.Add($"ConnectionString can't be read: {Said(builder, key, value, e.InnerException ?? e)}; {remedy}.");
        }
    }

    /// <summary>A value only of a key that is known and no secret: Passwrd = … is a password too. The exception's text has it as well.</summary>
    static string Said(NpgsqlConnectionStringBuilder builder, string key, object value, Exception e)
    {
        if (!builder.ContainsKey(key))
        {
            return $"{key} is not known";
        }

        return Secrecy.IsSecret(key) || Secrecy.MayHoldPassword(value.ToString())
            ? $"{key} has a value (not shown, for it may hold a password) that is not accepted"
            : $"{key} = '{value}' is not accepted ({e.Message})";
    }

    static ReadPreference? TranslatePreference(
        NpgsqlConnectionStringBuilder builder,
        HashSet<string> given,
        ImmutableArray<string>.Builder notices,
        List<string> failures)
    {
        const string key = "Target Session Attributes";
        if (!given.Contains(key))
        {
            return null;
        }

        ReadPreference? preference = builder.TargetSessionAttributes?.ToLowerInvariant() switch
        {
            "any" => ResilientPostgres.ReadPreference.Any,
            "primary" or "read-write" => ResilientPostgres.ReadPreference.Primary,
            "standby" or "read-only" => ResilientPostgres.ReadPreference.Standby,
            "prefer-primary" => ResilientPostgres.ReadPreference.PreferPrimary,
            "prefer-standby" => ResilientPostgres.ReadPreference.PreferStandby,
            _ => null,
        };
        if (preference is null)
        {
            failures.Add($"ConnectionString: {key} is {Secrecy.Quote(builder.TargetSessionAttributes)}; it must be {TargetSessionAttributes}.");
        }
        else
        {
            notices.Add($"{key} = {builder.TargetSessionAttributes} is taken as the default ReadPreference {preference}");
        }

        return preference;
    }

    static void Refuse(NpgsqlConnectionStringBuilder builder, List<string> failures)
    {
        if (builder.Multiplexing)
        {
            failures.Add("ConnectionString: Multiplexing is True; a multiplexed connection has no session that could be routed or given up. Remove it.");
        }

        if (builder.MaxPoolSize < 2)
        {
            failures.Add($"ConnectionString: Maximum Pool Size is {builder.MaxPoolSize}; the monitor's own session comes out of it, so it must be at least 2.");
        }
        else if (builder.MinPoolSize > builder.MaxPoolSize)
        {
            failures.Add($"ConnectionString: Minimum Pool Size is {builder.MinPoolSize} and Maximum Pool Size {builder.MaxPoolSize}: a pool can't keep more than it may have. Lower the first or raise the second.");
        }
    }

    static void Strip(NpgsqlConnectionStringBuilder builder, HashSet<string> given, ImmutableArray<string>.Builder notices)
    {
        foreach (var key in (string[])["Load Balance Hosts", "Host Recheck Seconds"])
        {
            if (given.Contains(key))
            {
                notices.Add($"{key} has no meaning here (servers are watched and chosen by the library) and is ignored");
            }

            builder.Remove(key);
        }

        foreach (var key in (string[])["Target Session Attributes", "Host", "Port"])
        {
            builder.Remove(key);
        }

        // A hung server must not hold a call for ever, so both limits are finite unless the user chose otherwise.
        builder.Timeout = given.Contains("Timeout") ? builder.Timeout : Defaults.ConnectTimeoutSeconds;
        builder.CommandTimeout = given.Contains("Command Timeout") ? builder.CommandTimeout : Defaults.CommandTimeoutSeconds;
    }
}
