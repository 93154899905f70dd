namespace ResilientPostgres.Testing.Sessions;

/// <summary>A session's settings. They follow its transactions: what was set is taken back with a rollback, what was set locally at the end of either kind.</summary>
internal sealed class SettingStore
{
    /// <summary>Those of which a client is told each change.</summary>
    internal static readonly string[] Reported =
    [
        "application_name", "client_encoding", "DateStyle", "default_transaction_read_only", "in_hot_standby", "integer_datetimes", "IntervalStyle", "is_superuser",
        "server_encoding", "server_version", "session_authorization", "standard_conforming_strings", "TimeZone",
    ];

    readonly Dictionary<string, string> _defaults;
    Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    Dictionary<string, string> _local = new(StringComparer.OrdinalIgnoreCase);
    Dictionary<string, string>? _before;

    internal SettingStore(string version, string user) => _defaults = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["application_name"] = "",
        ["client_encoding"] = "UTF8",
        ["DateStyle"] = "ISO, MDY",
        ["default_transaction_isolation"] = "read committed",
        ["default_transaction_deferrable"] = "off",
        ["integer_datetimes"] = "on",
        ["IntervalStyle"] = "postgres",
        ["is_superuser"] = "off",
        ["lock_timeout"] = "0",
        ["search_path"] = "\"$user\", public",
        ["server_encoding"] = "UTF8",
        ["server_version"] = version,
        ["server_version_num"] = version.Split('.')[0] + "0000",
        ["session_authorization"] = user,
        ["standard_conforming_strings"] = "on",
        ["statement_timeout"] = "0",
        ["idle_in_transaction_session_timeout"] = "0",
        ["synchronous_commit"] = "on",
        ["TimeZone"] = "UTC",
        ["extra_float_digits"] = "1",
        ["bytea_output"] = "hex",
        ["client_min_messages"] = "notice",
        ["max_identifier_length"] = "63",
    };

    internal string? this[string name] => _local.GetValueOrDefault(name) ?? _values.GetValueOrDefault(name) ?? _defaults.GetValueOrDefault(name);

    /// <summary>What the client asked for at its start is what RESET goes back to.</summary>
    internal void SetDefault(string name, string value) => _defaults[name] = value;

    internal void Set(string name, string value, bool isLocal)
    {
        if (!isLocal)
        {
            _values[name] = value;
            _local.Remove(name);
        }
        else
        {
            _local[name] = value;
        }
    }

    internal void Reset(string name)
    {
        _values.Remove(name);
        _local.Remove(name);
    }

    internal void ResetAll()
    {
        _values.Clear();
        _local.Clear();
    }

    internal void Begin() => _before = new Dictionary<string, string>(_values, _values.Comparer);

    internal void End(bool isCommitted)
    {
        _values = isCommitted ? _values : _before ?? _values;
        _before = null;
        if (_local.Count > 0)
        {
            _local = new Dictionary<string, string>(_local.Comparer);
        }
    }
}
